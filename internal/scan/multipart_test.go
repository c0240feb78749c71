package scan_test

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/scan"
)

const formData = "multipart/form-data; boundary=b"

// crlf writes a multipart body with the line ends of one.
func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

// field is a body with one part, of the given header section and content.
func field(head, content string) string {
	return crlf("--b\nContent-Disposition: form-data; "+head+"\n\n") + content + crlf("\n--b--\n")
}

const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06"

var (
	ssn  = []found{{"SSN", "536904399", "raw"}}
	mail = []found{{"EMAIL", "jane@example.com", "raw"}}
)

// wrapped is base64 in lines of 76 characters.
var wrapped = func() (lines string) {
	text := strings.Repeat("some words, ", 4) + "write to jane@example.com or to nobody else at all, and card 4111 1111 1111 1111 too please ok"
	encoded := base64.StdEncoding.EncodeToString([]byte(text))
	for ; len(encoded) > 76; encoded = encoded[76:] {
		lines += encoded[:76] + "\r\n"
	}
	return lines + encoded
}()

// multiparts are bodies, and what of them is found.
var multiparts = map[string]struct {
	contentType, body string
	want              []found
}{
	"a value":                                  {formData, field(`name="f"`, "jane@example.com"), mail},
	"a value that its field's name explains":   {formData, field(`name="ssn"`, "536904399"), ssn},
	"a field's name":                           {formData, field(`name="jane@example.com"`, "x"), mail},
	"a file's name":                            {formData, field(`name=f; filename="jane@example.com"`, "x"), mail},
	"a file's name with its charset":           {formData, field(`name=f; filename*=utf-8''jane%40example.com`, "x"), []found{{"EMAIL", "jane%40example.com", "url"}}},
	"a file's name in two pieces":              {formData, field(`name=f; filename*0*=utf-8''jane%40ex; filename*1="ample.com"`, "x"), []found{{"EMAIL", `jane%40ex; filename*1="ample.com`, "url"}}},
	"another header of a part":                 {formData, field("name=f\nX-From: jane@example.com", "x"), mail},
	"a header of a part on two lines":          {formData, field("name=f\nX-From: you\n jane@example.com", "x"), mail},
	"a form in a part":                         {formData, field("name=f\nContent-Type: application/x-www-form-urlencoded", "a=1&m=jane%40example.com"), []found{{"EMAIL", "jane%40example.com", "url"}}},
	"JSON that nobody calls so":                {formData, field("name=f", `{"m":"jane\u0040example.com"}`), []found{{"EMAIL", `jane\u0040example.com`, "json"}}},
	"text that calls itself an image":          {formData, field("name=f; filename=a.png\nContent-Type: image/png", "jane@example.com"), mail},
	"text that begins like an image":           {formData, field("name=f; filename=a.gif", "GIF89a jane@example.com"), mail},
	"an image as a field's value":              {formData, field("name=f", png+" jane@example.com"), mail},
	"quoted-printable":                         {formData, field("name=f\nContent-Transfer-Encoding: quoted-printable", "jane=40exam=\r\nple.com"), []found{{"EMAIL", "jane=40exam=\r\nple.com", "quoted"}}},
	"what is not quoted-printable":             {formData, field("name=f\nContent-Transfer-Encoding: quoted-printable", "id=11 jane@example.com"), mail},
	"a quoted boundary":                        {`multipart/form-data; boundary="b"`, field("name=ssn", "536904399"), ssn},
	"no boundary":                              {"multipart/form-data", field("name=ssn", "536904399"), ssn},
	"an undeclared body":                       {"", field("name=ssn", "536904399"), ssn},
	"two boundaries, the first":                {"multipart/form-data; boundary=b; boundary=c", field("name=ssn", "536904399"), ssn},
	"two boundaries, the second":               {"multipart/form-data; boundary=c; boundary=b", field("name=ssn", "536904399"), ssn},
	"another boundary":                         {"multipart/form-data; boundary=c", field("name=ssn", "jane@example.com"), mail},
	"line feeds alone":                         {formData, "--b\nContent-Disposition: form-data; name=ssn\n\n536904399\n--b--\n", ssn},
	"blanks behind the boundary":               {formData, "--b \t\r\nContent-Disposition: form-data; name=ssn\r\n\r\n536904399\r\n--b--  \r\n", ssn},
	"more behind the boundary":                 {formData, "--bc\r\nContent-Disposition: form-data; name=ssn\r\n\r\n536904399\r\n--b--\r\n", ssn},
	"no last delimiter":                        {formData, crlf("--b\nContent-Disposition: form-data; name=ssn\n\n536904399"), ssn},
	"half a last delimiter":                    {formData, crlf("--b\nContent-Disposition: form-data; name=f\n\njane@example.com\n--"), mail},
	"an empty part, then one":                  {formData, crlf("--b\nContent-Disposition: form-data; name=f\n\n--b\nContent-Disposition: form-data; name=ssn\n\n536904399\n--b--"), ssn},
	"before the first part":                    {formData, "jane@example.com\r\n" + field("name=f", "x"), mail},
	"behind the last part":                     {formData, field("name=f", "x") + "jane@example.com", mail},
	"on the delimiter's line":                  {formData, "--b jane@example.com\r\n\r\nx", mail},
	"a header section that the body's end cut": {formData, "--b\r\nContent-Disposition: form-data; name=jane@example.com", mail},
	"a header section that is too long":        {formData, "--b\r\nx: " + strings.Repeat("y ", 4000) + "jane@example.com", mail},
	"a value that one server splits":           {formData, field("name=f", "ssn\n--b\n536-90-4399"), []found{{"SSN", "536-90-4399", "raw"}}},
	"base64 on lines": {
		formData, field("name=f\nContent-Transfer-Encoding: base64", wrapped), []found{{"EMAIL", "amFuZUBleGFtcGxlLmNvb", "base64"}, {"CARD", "DQxMTEg\r\nMTExMSAxMTExIDExMT", "base64"}},
	},
	"a JSON part": {
		formData, field("name=f\nContent-Type: application/json", `{"m":"jane\u0040example.com","card":4111111111111111}`),
		[]found{{"EMAIL", `jane\u0040example.com`, "json"}, {"CARD", "4111111111111111", "raw"}},
	},
	"an image, and what follows it": {
		formData, strings.TrimSuffix(field("name=f; filename=a.png\nContent-Type: image/png", png+"\x00 john@example.com"), "--\r\n") + "\r\nContent-Disposition: form-data; name=ssn\r\n\r\n536904399\r\n--b--\r\n", ssn,
	},
	"a part of parts": {
		formData, field("name=f\nContent-Type: multipart/mixed; boundary=c", crlf("--c\nContent-Type: application/json\n\n{\"ssn\":536904399}\n--c--")), ssn,
	},
}

func TestPartsOfAMultipartBodyAreRead(t *testing.T) {
	t.Parallel()
	for name, c := range multiparts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := findings(judge(everything(), c.contentType, []byte(c.body)), c.body)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMultipartBodiesAreReadTheSameInPieces(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for name, c := range multiparts {
		body := []byte(c.body)
		whole := judge(everything(), c.contentType, body)
		for cut := range body[:min(len(body), 600)] {
			if diff := cmp.Diff(whole, judge(everything(), c.contentType, body[:cut], body[cut:])); diff != "" {
				t.Fatalf("%s, cut at %d:\n%s", name, cut, diff)
			}
		}
		if diff := cmp.Diff(whole, judge(everything(), c.contentType, shred(random, body)...)); diff != "" {
			t.Fatalf("%s, shredded:\n%s", name, diff)
		}
	}
}

func TestReadingPartsDoesNotAllocate(t *testing.T) {
	var scanner scan.Scanner
	policy := everything()
	body := []byte(multiparts["a JSON part"].body)
	judgeAll := func() {
		scanner.Reset(policy, scan.Request, formData)
		for rest := body; len(rest) > 0; rest = rest[min(len(rest), 7):] {
			scanner.Write(rest[:min(len(rest), 7)])
		}
		scanner.Finish()
	}
	judgeAll()
	if n := testing.AllocsPerRun(20, judgeAll); n != 0 {
		t.Errorf("%.0f allocations", n)
	}
}

// FuzzMultipart holds for any body: no panic, and the same findings however it is cut.
func FuzzMultipart(f *testing.F) {
	for _, c := range multiparts {
		f.Add(strings.TrimPrefix(c.contentType, "multipart/form-data"), []byte(c.body), uint16(len(c.body)/2))
	}
	f.Fuzz(func(t *testing.T, parameters string, body []byte, cut uint16) {
		contentType := "multipart/form-data" + parameters
		judgeCut(t, contentType, body, cut)
	})
}

func TestRedactedPartsStayWhatTheyWere(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, want string }{
		"text":                {field("name=m", "write to jane@example.com"), field("name=m", "write to [j*****@example.com]")},
		"a number in JSON":    {field("name=f\nContent-Type: application/json", `{"card":4111111111111111}`), field("name=f\nContent-Type: application/json", `{"card":"[REDACTED CARD ENDING IN 1111]"}`)},
		"undeclared JSON":     {field("name=f", `{"card":4111111111111111}`), field("name=f", `{"card":"[REDACTED CARD ENDING IN 1111]"}`)},
		"a form":              {field("name=f\nContent-Type: application/x-www-form-urlencoded", "m=jane@example.com"), field("name=f\nContent-Type: application/x-www-form-urlencoded", "m=%5Bj*****%40example.com%5D")},
		"a file's name":       {field(`name=f; filename="jane@example.com"`, "x"), field(`name=f; filename="[j*****@example.com]"`, "x")},
		"behind what is odd":  {"x\n" + field("name=f\nContent-Type: application/json", `{"card":4111111111111111}`), "x\n" + field("name=f\nContent-Type: application/json", `{"card":"[REDACTED CARD ENDING IN 1111]"}`)},
		"nothing in an image": {field("name=f; filename=a.png", png), field("name=f; filename=a.png", png)},
	} {
		if got := redact(everything(), formData, c.body); got != c.want {
			t.Errorf("%s\n got %q\nwant %q", name, got, c.want)
		}
	}
}
