package scan_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/scan"
)

const (
	html = "text/html; charset=utf-8"
	xml  = "application/xml"
)

// documents are bodies with markup, and what of them is found.
var documents = map[string]struct {
	contentType, body string
	want              []found
}{
	"a number that tags split":         {html, "<p>4111 1111 <b>1111</b> 1111</p>", []found{{"CARD", "4111 1111 <b>1111</b> 1111", "markup"}}},
	"a number at an element's end":     {html, "<p>pay <em>4111 1111</em> 1111 <i>1111</i> now</p>", []found{{"CARD", "4111 1111</em> 1111 <i>1111", "markup"}}},
	"a number that a comment splits":   {html, "<p>4111 1111 <!-- > -->1111 1111</p>", []found{{"CARD", "4111 1111 <!-- > -->1111 1111", "markup"}}},
	"an address that tags split":       {html, "<p>jane<span>@</span>example.com</p>", []found{{"EMAIL", "jane<span>@</span>example.com", "markup"}}},
	"an address in references":         {html, "<p>j&#97;ne@example.com</p>", []found{{"EMAIL", "j&#97;ne@example.com", "html"}}},
	"numbers in cells":                 {html, "<tr><td>4111</td><td>1111</td><td>1111</td><td>1111</td></tr>", nil},
	"a label in bold":                  {html, "<p><b>SSN:</b> 536904399</p>", []found{{"SSN", "536904399", "raw"}}},
	"markup in JSON":                   {"application/json", `{"a":"<p class=\"x\">4111 1111 <b>1111</b> 1111</p>"}`, []found{{"CARD", `4111 1111 <b>1111</b> 1111`, "markup"}}},
	"what an element's name explains":  {xml, "<?xml version=\"1.0\"?><a><ssn>536904399</ssn></a>", []found{{"SSN", "536904399", "raw"}}},
	"the same with a namespace":        {"application/soap+xml", "<a:b><p:phoneNumber xsi:type=\"string\">6146040986</p:phoneNumber></a:b>", []found{{"PHONE", "6146040986", "raw"}}},
	"what an attribute's name says":    {xml, `<person ssn="536904399"/>`, []found{{"SSN", "536904399", "raw"}}},
	"a field that an attribute names":  {xml, `<field name="ssn">536904399</field>`, []found{{"SSN", "536904399", "raw"}}},
	"a value that an attribute names":  {html, `<input type=text name='ssn' value='536904399'>`, []found{{"SSN", "536904399", "raw"}}},
	"a value in CDATA":                 {xml, `<ssn><![CDATA[536904399]]></ssn>`, []found{{"SSN", "536904399", "raw"}}},
	"a comment":                        {xml, `<a><!-- jane@example.com --></a>`, mail},
	"an attack as an element's text":   {xml, `<a><id>' or 1=1--</id></a>`, []found{{"sqli", "' or 1=1--", "raw"}}},
	"an attack as an attribute's":      {"image/svg+xml", `<a id="' or 1=1--"/>`, []found{{"sqli", "' or 1=1--", "raw"}}},
	"an attack in CDATA":               {xml, `<a><id><![CDATA[' or 1=1--]]></id></a>`, []found{{"sqli", "' or 1=1--", "raw"}}},
	"an attack in references":          {xml, `<a><id>&apos; or 1=1--</id></a>`, []found{{"sqli", "&apos; or 1=1--", "html"}}},
	"an attack that CDATA splits":      {xml, `<a><id>' uni<![CDATA[on sel]]>ect 1 from t--</id></a>`, []found{{"sqli", "' uni<![CDATA[on sel]]>ect 1 from t--", "markup"}}},
	"an attack that a comment splits":  {xml, `<a><id>' uni<!-- > -->on sel<?x?>ect 1 <?y?>fr<!---->om t--</id></a>`, []found{{"sqli", "' uni<!-- > -->on sel<?x?>ect 1 <?y?>fr<!---->om t--", "markup"}}},
	"XML that nobody calls so":         {"", "<?xml version='1.0'?><a><id>' or 1=1--</id></a>", []found{{"sqli", "' or 1=1--", "raw"}}},
	"XML as a value of JSON":           {"application/json", `{"a":"<?xml version=\"1.0\"?><a><id>' or 1=1--</id></a>"}`, []found{{"sqli", "' or 1=1--", "json"}}},
	"a tag that does not end":          {html, "<p>jane@example.com <b", mail},
	"less than":                        {"text/plain", "a < b, jane@example.com > c", mail},
	"tags in a calm text":              {html, "<p class=\"a\">Nothing <b>here</b> at all</p>", nil},
	"a CDATA section that is not over": {xml, `<a><![CDATA[jane@example.com`, mail},
}

func TestMarkupHidesNothing(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	for name, c := range documents {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole := judge(everything(), c.contentType, []byte(c.body))
			if diff := cmp.Diff(c.want, findings(whole, c.body)); diff != "" {
				t.Error(diff)
			}
		})
		whole := judge(everything(), c.contentType, []byte(c.body))
		if diff := cmp.Diff(whole, judge(everything(), c.contentType, shred(random, []byte(c.body))...)); diff != "" {
			t.Errorf("%s, shredded:\n%s", name, diff)
		}
	}
}

func TestRedactionKeepsTagsPaired(t *testing.T) {
	t.Parallel()
	const body, inJSON = "<p>4111 1111 <b>1111</b> 1111.</p>", `{"a":"<p>4111 <b class=\"x\">1111</b> 1111 1111.</p>"}`
	masking := everything()
	masking.Response.Actions["CARD"] = scan.Mask
	for _, c := range []struct {
		policy                  *scan.Policy
		contentType, body, want string
	}{
		{everything(), html, body, "<p>[REDACTED CARD ENDING IN 1111]<b></b>.</p>"},
		{everything(), html, "<i>4111 1111 1111</i> 1111", "<i>[REDACTED CARD ENDING IN 1111]</i>"},
		{masking, html, body, "<p>**** **** <b>****</b> 1111.</p>"},
		{everything(), "application/json", inJSON, `{"a":"<p>[REDACTED CARD ENDING IN 1111]<b class=\"x\"></b>.</p>"}`},
		{masking, "application/json", inJSON, `{"a":"<p>**** <b class=\"x\">****</b> **** 1111.</p>"}`},
		{everything(), xml, `<a><m>jane@example.com</m></a>`, `<a><m>[j*****@example.com]</m></a>`},
	} {
		if got := redact(c.policy, c.contentType, c.body); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.body, got, c.want)
		}
	}
}

func TestReadingMarkupDoesNotAllocate(t *testing.T) {
	var scanner scan.Scanner
	policy := everything()
	judgeAll := func() {
		for _, c := range documents {
			scanner.Reset(policy, scan.Request, c.contentType)
			scanner.Write([]byte(c.body))
			scanner.Finish()
		}
	}
	judgeAll()
	bodies := float64(len(documents)) // which are copied
	if n := testing.AllocsPerRun(20, judgeAll); n > bodies {
		t.Errorf("%.0f allocations", n)
	}
}

// FuzzMarkup holds for any text with tags: no panic, findings inside it, and the same ones however it is cut.
func FuzzMarkup(f *testing.F) {
	for _, c := range documents {
		f.Add([]byte(c.body), c.contentType == xml, uint16(len(c.body)/2))
	}
	f.Fuzz(func(t *testing.T, body []byte, isXML bool, cut uint16) {
		contentType := html
		if isXML {
			contentType = xml
		}
		judgeCut(t, contentType, body, cut)
	})
}

// A value that tags split is found however far behind others that they split, and however many tags stand between.
func TestTagsAnyDistanceApartHideNoValue(t *testing.T) {
	t.Parallel()
	const value = "4111 11<b>11</b> 1111 1111"
	for size := 0; size < 1400; size += 7 {
		for _, filler := range []string{strings.Repeat("word ", size/5), strings.Repeat("<p>x</p>", size/8)} {
			body := "<p>one wo<i>rd</i> " + filler + value + "</p>" + strings.Repeat("<br>", size%300)
			result := judge(everything(), html, []byte(body))
			at := strings.Index(body, value)
			if len(result.Findings) != 1 || result.Findings[0].Start != at || result.Findings[0].End != at+len(value) {
				t.Fatalf("%d bytes apart: %+v in %q", size, result.Findings, body)
			}
		}
	}
}
