package scan_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// acting is a policy that does the same about all personal data.
func acting(action scan.Action) *scan.Policy {
	p := everything()
	p.TokenKey = scan.TokenKey(strings.Repeat("k", 32))
	p.Response.Actions = map[string]scan.Action{}
	for _, name := range scan.PIITypes() {
		p.Response.Actions[name] = action
	}
	return p
}

func TestMaskedValuesKeepTheirLengthAndShape(t *testing.T) {
	t.Parallel()
	const json, form, text = "application/json", "application/x-www-form-urlencoded", "text/plain"
	hidden := acting(scan.Mask)
	hidden.Reveal = scan.RevealNone
	for _, c := range []struct{ contentType, body, partial, none string }{
		{text, "card 4111-1111-1111-1111.", "card ****-****-****-1111.", "card ****-****-****-****."},
		{text, "mail jane@example.com", "mail j***@example.com", "mail ****@*******.***"},
		{text, "call (614) 604-0986", "call (***) ***-0986", "call (***) ***-****"},
		{text, "ssn 536-90-4399", "ssn ***-**-****", "ssn ***-**-****"},
		{text, "iban DE89 3704 0044 0532 0130 00", "iban **** **** **** **** **** **", "iban **** **** **** **** **** **"},
		{json, `{"a":4111111111111111}`, `{"a":9999999999991111}`, `{"a":9999999999999999}`},
		{json, `{"ssn":536904399}`, `{"ssn":999999999}`, `{"ssn":999999999}`},
		{json, `{"a":"{\"card\": 4111111111111111}"}`, `{"a":"{\"card\": 9999999999991111}"}`, `{"a":"{\"card\": 9999999999999999}"}`},
		{json, `{"a":"\u006aane\u0040example.com"}`, `{"a":"*********\u0040*******.***"}`, `{"a":"*********\u0040*******.***"}`},
		{json, `{"a":"Y29udGF\u006aIGphbmVAZXhhbXBsZS5jb20gb2s="}`, `{"a":"Y29udGF\u006aIKioqKioqKioqKioqKioqK0gb2s="}`, `{"a":"Y29udGF\u006aIKioqKioqKioqKioqKioqK0gb2s="}`},
		{json, `{"a":"Y29udGFjdDogamFuZUBleGFt\u0063GxlLmNvbSBvaw=="}`, `{"a":"Y29udGFjdDogKioqKioqKioq******KioqKioqSBvaw=="}`, `{"a":"Y29udGFjdDogKioqKioqKioq******KioqKioqSBvaw=="}`},
		{form, "a=1&mail=jane%40example.com&b=2", "a=1&mail=j***%40example.com&b=2", "a=1&mail=****%40*******.***&b=2"},
		{form, "card=4111+1111+1111+1111", "card=****+****+****+1111", "card=****+****+****+****"},
	} {
		if got := redact(acting(scan.Mask), c.contentType, c.body); got != c.partial {
			t.Errorf("%s\n got %s\nwant %s", c.body, got, c.partial)
		}
		if got := redact(hidden, c.contentType, c.body); got != c.none {
			t.Errorf("%s\n got %s\nwant %s", c.body, got, c.none)
		}
	}
}

func TestRedactionRevealsNothingWhereThePolicySaysSo(t *testing.T) {
	t.Parallel()
	p := acting(scan.Redact)
	p.Reveal = scan.RevealNone
	const want = "[REDACTED CARD] [REDACTED EMAIL] [REDACTED PHONE]"
	if got := redact(p, "text/plain", "4111 1111 1111 1111 jane@example.com +44 20 7946 0958"); got != want {
		t.Errorf("%s", got)
	}
}

func TestTokensAreEqualWhereValuesAre(t *testing.T) {
	t.Parallel()
	p := acting(scan.Tokenize)
	token := func(contentType, body string) string { return redact(p, contentType, body) }
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, s)
	}
	card := token("text/plain", "4111 1111 1111 1111")
	if len(card) != 19 || card[0] != '9' || card[4] != ' ' || card[9] != ' ' {
		t.Errorf("a card's token is %q", card)
	}
	if other := token("text/plain", "4111-1111-1111-1111"); digits(other) != digits(card) || other[4] != '-' {
		t.Errorf("%q and %q are the same card", card, other)
	}
	if got, want := token("application/json", `{"card":4111111111111111}`), `{"card":"`+digits(card)+`"}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	phone := token("text/plain", "+44 20 7946 0958")
	if len(phone) != 16 || phone[0] != '+' || phone[3] != ' ' || phone == "+44 20 7946 0958" {
		t.Errorf("a telephone number's token is %q", phone)
	}
	mail := token("text/plain", "jane@example.com")
	local, domain, _ := strings.Cut(mail, "@")
	if domain != "example.com" || len(local) != 13 {
		t.Errorf("an address's token is %q", mail)
	}
	for _, same := range []string{`"\u006aane\u0040example.com"`, `"Jane@Example.COM"`} {
		if got := token("application/json", same); got != `"`+mail+`"` {
			t.Errorf("%s became %s, not %s", same, got, mail)
		}
	}
	ssn := token("text/plain", "ssn 536-90-4399")
	if !strings.HasPrefix(ssn, "ssn SSN_") || len(ssn) != len("ssn SSN_")+12 {
		t.Errorf("another type's token is %q", ssn)
	}
	if got := token("application/json", `{"ssn":536904399}`); got != `{"ssn":"`+ssn[4:]+`"}` {
		t.Errorf("%s, want %s", got, ssn)
	}
	p.Reveal = scan.RevealNone
	if got := token("text/plain", "jane@example.com"); got != local+"@tokens.invalid" {
		t.Errorf("with nothing revealed an address's token is %q", got)
	}
}

func TestTokensOfOneTenantAreNotThoseOfAnother(t *testing.T) {
	t.Parallel()
	shared := acting(scan.Tokenize)
	const body = "4111 1111 1111 1111 jane@example.com ssn 536-90-4399"
	seen := map[string]string{}
	for _, tenant := range []string{"", "acme", "globex"} {
		p := shared.ForTenant(tenant)
		got := redact(p, "text/plain", body)
		if other, taken := seen[got]; taken {
			t.Errorf("%q and %q have the same tokens", tenant, other)
		}
		if seen[got] = tenant; redact(shared.ForTenant(tenant), "text/plain", body) != got {
			t.Errorf("%q: other tokens the second time", tenant)
		}
	}
}

func TestAKeyIsNotPrinted(t *testing.T) {
	t.Parallel()
	p := acting(scan.Tokenize)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if printed := fmt.Sprintf(verb, p.TokenKey); printed != "[REDACTED]" {
			t.Errorf("%s prints %s", verb, printed)
		}
	}
}

func TestNoTwoValuesShareAToken(t *testing.T) {
	t.Parallel()
	p := acting(scan.Tokenize)
	cards, phones, names := map[string]int{}, map[string]int{}, map[string]int{}
	distinct := func(kind, value, view string, seen map[string]int, i int) {
		finding := []scan.Finding{{Type: kind, End: len(value), View: view}}
		token := string(p.Redact(nil, []byte(value), scan.Response, "text/plain", finding))
		if kind != "SSN" && len(token) != len(value) {
			t.Fatalf("%s became %s", value, token)
		}
		if other, taken := seen[token]; taken {
			t.Fatalf("%s %d and %d have the token %s", kind, other, i, token)
		}
		seen[token] = i
	}
	for i := range 20_000 {
		distinct("CARD", fmt.Sprintf("4%014d0", i), "raw", cards, i) // the check digit is left aside
		distinct("PHONE", fmt.Sprintf("%07d", i), "raw", phones, i)
		distinct("SSN", fmt.Sprintf("%09d", i), "raw", names, i)
	}
}

func TestOfOverlappingFindingsTheStrongestActionDecides(t *testing.T) {
	t.Parallel()
	const body = "0123456789abcdefgh"
	for _, c := range []struct {
		secret, card scan.Action
		want         string
	}{
		{scan.Mask, scan.Redact, "01[REDACTED CARD ENDING IN 6789]efgh"},
		{scan.Redact, scan.Mask, "01[REDACTED SECRET]efgh"},
		{scan.Mask, scan.Mask, "01************efgh"},
		{scan.Tokenize, scan.Mask, "01************efgh"},
		{scan.Log, scan.Mask, "01****6789abcdefgh"},
	} {
		p := acting(scan.Log)
		p.Response.Actions["SECRET"], p.Response.Actions["CARD"] = c.secret, c.card
		findings := []scan.Finding{{Type: "CARD", Start: 2, End: 10}, {Type: "SECRET", Start: 4, End: 14}}
		if got := string(p.Redact(nil, []byte(body), scan.Response, "text/plain", findings)); got != c.want {
			t.Errorf("secret %s, card %s: %s, want %s", c.secret, c.card, got, c.want)
		}
	}
}

// replaceable are types with the ways that values of theirs are replaced in.
var replaceable = []string{"EMAIL", "CARD", "PHONE", "SSN", "NAME", "SECRET"}

func TestWhateverIsReplacedJSONStaysJSONAndOtherLeavesStay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := everything()
		p.TokenKey = scan.TokenKey(strings.Repeat("k", 32))
		p.Reveal = rapid.SampledFrom([]scan.Reveal{scan.RevealPartial, scan.RevealNone}).Draw(t, "reveal")
		p.Response.Actions = map[string]scan.Action{}
		for _, name := range replaceable {
			p.Response.Actions[name] = rapid.SampledFrom([]scan.Action{scan.Log, scan.Tokenize, scan.Mask, scan.Redact}).Draw(t, name)
		}
		onlyMasks := rapid.Bool().Draw(t, "only masks")
		if onlyMasks {
			for name := range maps.Clone(p.Response.Actions) {
				p.Response.Actions[name] = scan.Mask
			}
		}
		document, flagged := map[string]any{}, map[string]bool{}
		var body bytes.Buffer
		var findings []scan.Finding
		body.WriteByte('{')
		for i := range rapid.IntRange(1, 5).Draw(t, "leaves") {
			key := fmt.Sprintf("k%d", i)
			value := rapid.OneOf(
				rapid.Map(rapid.StringMatching(`[a-z"\\\n@é€+0-9 <>&%-]{1,30}`), func(s string) any { return s }),
				rapid.Map(rapid.Int64(), func(n int64) any { return json.Number(fmt.Sprint(n)) }),
				rapid.Map(rapid.Float64(), func(f float64) any { return json.Number(string(encoded(f))) }),
			).Draw(t, "value")
			document[key] = value
			raw := encoded(value)
			fmt.Fprintf(&body, `%s"%s": `, map[bool]string{true: ",", false: ""}[i > 0], key)
			inner := body.Len()
			body.Write(raw)
			start, end := inner, body.Len()
			if raw[0] == '"' {
				start, end = start+1, end-1
			}
			if start == end || !rapid.Bool().Draw(t, "flag") {
				continue
			}
			flagged[key] = true
			findings = append(findings, scan.Finding{Type: rapid.SampledFrom(replaceable).Draw(t, "type"), Start: start, End: end, View: "json"})
		}
		body.WriteByte('}')
		after := p.Redact(nil, body.Bytes(), scan.Response, "application/json", findings)
		var got map[string]any
		decoder := json.NewDecoder(bytes.NewReader(after))
		decoder.UseNumber()
		if err := decoder.Decode(&got); err != nil {
			t.Fatalf("%s\nbecame %s: %v", body.Bytes(), after, err)
		}
		if onlyMasks && len(after) != body.Len() {
			t.Fatalf("%s\nbecame %s: another length", body.Bytes(), after)
		}
		for key, want := range document {
			_, wasNumber := want.(json.Number)
			number, isNumber := got[key].(json.Number)
			switch {
			case !flagged[key] && !cmp.Equal(got[key], want):
				t.Fatalf("%s\nbecame %s: %s was not found", body.Bytes(), after, key)
			case onlyMasks && wasNumber != isNumber:
				t.Fatalf("%s\nbecame %s: %s changed its type", body.Bytes(), after, key)
			case isNumber:
				if _, err := number.Float64(); err != nil {
					t.Fatalf("%s\nbecame %s: %v", body.Bytes(), after, err)
				}
			}
		}
	})
}

func encoded(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}

func TestMaskedFormsStayDecodable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringMatching(`[a-z0-9@é. %&=+-]{1,20}`).Draw(t, "value")
		raw := url.QueryEscape(value)
		body := "v=" + raw + "&n=1"
		kind := rapid.SampledFrom(replaceable).Draw(t, "type")
		masked := string(acting(scan.Mask).Redact(nil, []byte(body), scan.Response, "application/x-www-form-urlencoded",
			[]scan.Finding{{Type: kind, Start: 2, End: 2 + len(raw), View: "url"}}))
		got, err := url.ParseQuery(masked)
		if err != nil || len(masked) != len(body) || got.Get("n") != "1" {
			t.Fatalf("%s became %s: %v", body, masked, err)
		}
	})
}

func FuzzMasksKeepLengthAndReveal(f *testing.F) {
	f.Add("jane@example.com", "json", uint8(0))
	f.Add(`4111\\u00201111\u0031111111\"1`, "json", uint8(1))
	f.Add("%34%31&#x31;11 1111\xff\xfe\u2028", "url", uint8(2))
	f.Add("@", "raw", uint8(0))
	f.Add("NDExMTExMTExMTExMTExMQ==", "base64", uint8(1))
	policy := acting(scan.Mask)
	f.Fuzz(func(t *testing.T, value, view string, kind uint8) {
		finding := scan.Finding{Type: replaceable[int(kind)%len(replaceable)], End: len(value), View: view}
		masked := string(policy.Redact(nil, []byte(value), scan.Response, "text/plain", []scan.Finding{finding}))
		if len(masked) != len(value) {
			t.Fatalf("%q became %q", value, masked)
		}
		if utf8.ValidString(value) && !utf8.ValidString(masked) {
			t.Fatalf("%q became %q, which is no UTF-8", value, masked)
		}
		if shown := strings.Count(masked, "7"); view != "base64" && view != "hex" && finding.Type == "SSN" && shown > 0 && !strings.ContainsAny(value, `\&%`) {
			t.Fatalf("%q became %q", value, masked)
		}
	})
}

// Nines in the place of the digits of the largest number, with its exponent, are more than readers can hold.
func TestTheMaskOfALargeNumberIsNotTooLarge(t *testing.T) {
	t.Parallel()
	body := []byte(`[1.7976931348623157e+308]`)
	findings := []scan.Finding{{Type: "CARD", Start: 1, End: len(body) - 1}}
	if got := acting(scan.Mask).Redact(nil, body, scan.Response, "application/json", findings); string(got) != `[9.9999999999999997e+000]` {
		t.Errorf("%s", got)
	}
}
