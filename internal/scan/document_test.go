package scan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/scan"
)

const strictDocument = `meshwarden-scan-policy 1
name "strict"
profile strict-api
mode enforce
format partial
request max_bytes 1048576
request oversize block
request default pass
request action command_injection block
request action crlf block
request action deserialization block
request action ldap_injection block
request action log4shell block
request action nosqli block
request action path_traversal block
request action prompt_injection block
request action shellshock block
request action sqli block
request action ssrf block
request action ssti block
request action xpath_injection block
request action xss block
request action xxe block
response max_bytes 1048576
response oversize block
response default pass
response action BANK_ACCOUNT redact
response action BIOMETRIC redact
response action CARD redact
response action CARD_TRACK redact
response action CRYPTO_WALLET redact
response action CVV redact
response action DEA redact
response action DOB redact
response action DRIVER_LICENSE redact
response action EMAIL redact
response action HEALTH_PLAN redact
response action IBAN redact
response action ICCID redact
response action IMEI redact
response action ITIN redact
response action JWT redact
response action LICENSE_PLATE redact
response action MRN redact
response action NATIONAL_ID redact
response action NPI redact
response action PASSPORT redact
response action PHONE redact
response action PRIVATE_KEY redact
response action ROUTING redact
response action SECRET redact
response action SSN redact
response action VIN redact
`

func TestTheDocumentIsStable(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(strictDocument, string(scan.Strict().Document())); diff != "" {
		t.Errorf("every fleet would fetch its policies anew:\n%s", diff)
	}
}

func TestPoliciesSurviveTheirDocument(t *testing.T) {
	t.Parallel()
	for _, want := range []*scan.Policy{
		scan.Strict(),
		{Name: "with \"quotes\"\nand lines \u00e9", Profile: "ai-chat", Mode: scan.Shadow, Format: scan.FormatTag,
			Request:  scan.DirectionPolicy{MaxBytes: 1, Oversize: scan.OversizePass, Default: scan.Log},
			Response: scan.DirectionPolicy{MaxBytes: 2048, Default: scan.Block, Actions: map[string]scan.Action{"CARD": scan.Pass}}},
	} {
		got, err := scan.ParsePolicy(want.Document())
		if err != nil {
			t.Fatalf("%s: %v", want.Document(), err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestTheZeroPolicyHasADocument(t *testing.T) {
	t.Parallel()
	got, err := scan.ParsePolicy(new(scan.Policy).Document())
	if err != nil || got.Profile != scan.DefaultProfile || got.Request.MaxBytes != scan.DefaultMaxBytes {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestDocumentsThatSayAnythingElseAreRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][2]string{
		"another version":       {"policy 1", "policy 2"},
		"an unknown field":      {"mode enforce", "mood enforce"},
		"an unknown mode":       {"mode enforce", "mode enforced"},
		"an unknown profile":    {"profile strict-api", "profile strict"},
		"an unknown action":     {"CARD redact", "CARD hide"},
		"an unknown type":       {"action CARD", "action CARDS"},
		"an unquoted name":      {`"strict"`, `strict`},
		"another order":         {"request oversize block\nrequest default pass", "request default pass\nrequest oversize block"},
		"a repeated line":       {"mode enforce", "mode enforce\nmode shadow"},
		"a missing line":        {"mode enforce\n", ""},
		"trailing space":        {"mode enforce", "mode enforce "},
		"a bound of zero":       {"max_bytes 1048576", "max_bytes 0"},
		"a bound with a sign":   {"max_bytes 1048576", "max_bytes +1048576"},
		"nothing at all":        {strictDocument, ""},
		"more than the bound":   {`"strict"`, `"` + strings.Repeat("x", scan.MaxDocumentBytes) + `"`},
		"carriage returns":      {"\n", "\r\n"},
		"an unclosed last line": {"SSN redact\n", "SSN redact"},
	} {
		doc := strings.ReplaceAll(strictDocument, change[0], change[1])
		if got, err := scan.ParsePolicy([]byte(doc)); err == nil {
			t.Errorf("%s: parsed as %+v", name, got)
		}
	}
}

func TestActionsComeFromTheirDirection(t *testing.T) {
	t.Parallel()
	policy := &scan.Policy{
		Request:  scan.DirectionPolicy{Default: scan.Log, Actions: map[string]scan.Action{"sqli": scan.Block, "CARD": scan.Pass}},
		Response: scan.DirectionPolicy{Default: scan.Redact},
	}
	for _, c := range []struct {
		direction scan.Direction
		name      string
		want      scan.Action
	}{
		{scan.Request, "sqli", scan.Block}, {scan.Request, "CARD", scan.Pass}, {scan.Request, "EMAIL", scan.Log}, {scan.Response, "sqli", scan.Redact},
	} {
		if got := policy.Action(c.direction, c.name); got != c.want {
			t.Errorf("%s in direction %d: %s", c.name, c.direction, got)
		}
	}
}
