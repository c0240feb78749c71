package pii_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/scan/pii"
)

// find runs every detector on a value, as the engine does.
func find(key, text string) (all []string) {
	seen := make(map[string]bool)
	for _, m := range matches(key, text) {
		if line := m.Type.String() + " " + text[m.Start:m.End]; m.Confidence >= 0.5 && !seen[line] {
			seen[line] = true
			all = append(all, line)
		}
	}
	return all
}

// matches returns all that the detectors report.
func matches(key, text string) (found []pii.Match) {
	t := pii.Text{Bytes: []byte(text), Key: pii.NameEvidence([]byte(key)), Name: []byte(key), Wants: ^uint64(0)}
	for rule, literal := range pii.Literals() {
		lower := strings.ToLower(text)
		for at := 0; ; at++ {
			next := strings.Index(lower[at:], literal)
			if next < 0 {
				break
			}
			at += next
			found = t.Literal(rule, at, found)
		}
	}
	found = t.Emails(0, len(t.Bytes), found)
	found = t.Numbers(0, len(t.Bytes), found)
	found = t.Tokens(0, len(t.Bytes), found)
	found = t.SeedPhrase(found)
	return t.KeyedSecret(found)
}

type positive struct{ key, text, want string }

func check(t *testing.T, positives []positive, negatives []positive) {
	t.Helper()
	for _, c := range positives {
		if diff := cmp.Diff([]string{c.want}, find(c.key, c.text)); diff != "" {
			t.Errorf("%s %q:\n%s", c.key, c.text, diff)
		}
	}
	for _, c := range negatives {
		for _, got := range find(c.key, c.text) {
			if strings.HasPrefix(got, c.want) {
				t.Errorf("%s %q: found %q", c.key, c.text, got)
			}
		}
	}
}

func TestCards(t *testing.T) {
	t.Parallel()
	check(t, []positive{
		{"", "4111111111111111", "CARD 4111111111111111"},
		{"", "pay 5500-0000-0000-0004 now", "CARD 5500-0000-0000-0004"},
		{"", "3782 822463 10005", "CARD 3782 822463 10005"},
		{"", "30569309025904", "CARD 30569309025904"},
		{"", "3528 0007 0000 0000,", "CARD 3528 0007 0000 0000"},
		{"", "6200000000000005", "CARD 6200000000000005"},
		{"", "2223000048400011", "CARD 2223000048400011"},
		{"", "4111 1111 1111 1111 12/27", "CARD 4111 1111 1111 1111"},
		{"", "4111111111111111 2027", "CARD 4111111111111111"},
		{"", "4111_1111_1111_1111", "CARD 4111_1111_1111_1111"},
		{"", "4111.1111.1111.1111", "CARD 4111.1111.1111.1111"},
		{"", "4111/1111/1111/1111", "CARD 4111/1111/1111/1111"},
		{"", "3782.822463.10005", "CARD 3782.822463.10005"},
		{"", "paid/4111 1111 1111 1111", "CARD 4111 1111 1111 1111"},
		{"", "/cards/4111111111111111", "CARD 4111111111111111"},
		{"cardNumber", "6304921000576", "CARD 6304921000576"},
		{"", "charge 6304921000576", "CARD 6304921000576"},
		{"", "card=4111111111111111", "CARD 4111111111111111"},
	}, []positive{
		{"", "4111111111111112", ""},                     // Luhn
		{"", "/posts/4111111111111111", ""},              // an identifier in a path
		{"", "4111.1111.1111.1111.1", ""},                // more groups than a card has
		{"", "4111_1111_1111_1111_1111", ""},             // more groups than a card has
		{"", "9111111111111111", ""},                     // no issuer
		{"", "41111111111111111111", ""},                 // in a longer run of digits
		{"", "0.4111111111111111", ""},                   // a fraction
		{"", "a4111111111111111", ""},                    // in a word
		{"", "4111111111111111a", ""},                    // in a word
		{"", "7f3c-4111111111111111-9a", ""},             // in an identifier
		{"", "4111 1111-1111 1111", ""},                  // mixed separators
		{"", "4111 1111 1111 1111 1111", ""},             // more groups than a card has
		{"", "4242-4242424242-42", ""},                   // groups that no card prints
		{"", "1692633600000", ""},                        // milliseconds
		{"", "0000000000000000", ""},                     // zeros
		{"order_id", "4111111111111111", ""},             // the field says what it is
		{"", "9784111111111", ""},                        // ISBN
		{"", "845878cc-0651-4224-afb0-ff2dd2a25fa3", ""}, // UUID
	})
}

func TestIBANs(t *testing.T) {
	t.Parallel()
	check(t, []positive{
		{"", "DE89370400440532013000", "IBAN DE89370400440532013000"},
		{"", "to GB29 NWBK 6016 1331 9268 19.", "IBAN GB29 NWBK 6016 1331 9268 19"},
		{"", "IBAN:NO9386011117947", "IBAN NO9386011117947"},
		{"", "MT84MALT011000012345MTLCAST001S", "IBAN MT84MALT011000012345MTLCAST001S"},
		{"", "fr14 2004 1010 0505 0001 3m02 606", "IBAN fr14 2004 1010 0505 0001 3m02 606"},
	}, []positive{
		{"", "DE89370400440532013001", ""},   // checksum
		{"", "DE8937040044053201300", ""},    // length
		{"", "ZZ89370400440532013000", ""},   // country
		{"", "XDE89370400440532013000", ""},  // in a word
		{"", "DE893704004405320130001", ""},  // in a word
		{"", "DE89  370400440532013000", ""}, // no such grouping
	})
}

func TestSocialSecurityNumbers(t *testing.T) {
	t.Parallel()
	check(t, []positive{
		{"", "536-90-4399", "SSN 536-90-4399"},
		{"", "it is 536 90 4399.", "SSN 536 90 4399"},
		{"ssn", "536904399", "SSN 536904399"},
		{"", "my social security number is 536904399", "SSN 536904399"},
		{"taxId", "330-49-7733", "SSN 330-49-7733"},
	}, []positive{
		{"", "000-12-3456", ""}, {"", "666-12-3456", ""}, {"", "900-12-3456", ""}, {"", "123-00-4567", ""},
		{"", "123-45-0000", ""}, {"", "078-05-1120", ""}, {"", "219-09-9999", ""},
		{"", "562-29-29562", ""},        // more digits
		{"", "1-536-90-4399", ""},       // in an identifier
		{"", "536904399", ""},           // nothing says so
		{"quantity", "536904399", ""},   // something says otherwise
		{"", "page 12 536 90 4399", ""}, // in a row of numbers
		{"range", "536-90-4399", ""},
	})
}

func TestPhones(t *testing.T) {
	t.Parallel()
	check(t, []positive{
		{"", "+17309407759", "PHONE +17309407759"},
		{"", "call +44 (0)20 7946 0958 today", "PHONE +44 (0)20 7946 0958"},
		{"", "+49 30 5841286", "PHONE +49 30 5841286"},
		{"", "+55 11 97909-0885", "PHONE +55 11 97909-0885"},
		{"", "+1 718 753 0892 4 items", "PHONE +1 718 753 0892"},
		{"", "+972-9-762-5400", "PHONE +972-9-762-5400"},
		{"", "0044 20 7946 0958", "PHONE 0044 20 7946 0958"},
		{"", "(614) 604-0986", "PHONE (614) 604-0986"},
		{"", "614-604-0986", "PHONE 614-604-0986"},
		{"", "1-614-604-0986", "PHONE 1-614-604-0986"},
		{"", "614.604.0986.", "PHONE 614.604.0986"},
		{"phone", "6146040986", "PHONE 6146040986"},
		{"phoneNumber", "030 5841286", "PHONE 030 5841286"},
		{"", "Tel.: 09-7625400", "PHONE 09-7625400"},
		{"", "call me on 6146040986", "PHONE 6146040986"},
	}, []positive{
		{"", "+0123456789", ""}, // no country
		{"", "+1 119 753 0892", ""},
		{"", "+44 20 7946", ""}, // too short
		{"", "114-604-0986", ""}, {"", "614-104-0986", ""}, {"", "911-604-0986", ""},
		{"", "6146040986", ""},          // nothing says so
		{"", "2026-08-21 16:35:53", ""}, // a time
		{"phone", "2026-08-21", ""},     // a date, whatever the field
		{"", "the phone's imei is 355326745101634", "PHONE"},
		{"", "192.168.100.200", "PHONE"}, // an address
		{"", "5a614-604-0986", ""},       // in a word
		{"", "13,178,002.113936031", ""}, // a decimal number
		{"", "Clause 252.227-7013 (c)", ""},
		{"", "<Buffer 01 02 03 04 05>", ""},
		{"order_id", "614-604-0986", ""}, // the field says what it is
		{"", "1.2+15551234567890", ""},   // a sum
		{"", "-58.12,+17.3094077", ""},   // coordinates
	})
}

func TestEmails(t *testing.T) {
	t.Parallel()
	check(t, []positive{
		{"", "jane.doe+shop@mail.example.co.uk", "EMAIL jane.doe+shop@mail.example.co.uk"},
		{"", "<jane@example.com>", "EMAIL jane@example.com"},
		{"", "mailto:jane@example.com?subject=x", "EMAIL jane@example.com"},
		{"", "write to jane@example.com.", "EMAIL jane@example.com"},
		{"", "user@xn--80ak6aa92e.com", "EMAIL user@xn--80ak6aa92e.com"},
		{"", "o'brien@example.ie", "EMAIL o'brien@example.ie"},
		{"", "Mail: jane@example.com: urgent", "EMAIL jane@example.com"},
	}, []positive{
		{"", "@example.com", ""}, {"", "jane@", ""}, {"", "jane@example", ""}, {"", "jane@example.c", ""}, {"", "jane.@example.com", ""},
		{"", "icon@2x.png", ""}, {"", "lodash@4.17.21", ""}, {"", "git@github.com:octo/hello.git", ""},
		{"", "ssh://git@github.com/octo/hello.git", ""}, {"", "a@-b.com", ""}, {"", "j..d@example.com", ""},
	})
}

func TestTokens(t *testing.T) {
	t.Parallel()
	const token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
	check(t, []positive{
		{"", token, "JWT " + token},
		{"", "(" + token + ")", "JWT " + token},
		{"", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.", "JWT eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."},
	}, []positive{
		{"", "eyJzdWIiOiIxMjM0NTY3ODkwIn0.eyJzdWIiOiIxMjM0NTY3ODkwIn0.x", ""}, // no algorithm
		{"", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", ""},                      // a header only
		{"", "x" + token, ""},
	})
}
