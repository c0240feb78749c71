package scan_test

import (
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

func TestControlCharactersInValuesBlockWhereThePolicySaysSo(t *testing.T) {
	t.Parallel()
	const json, form = "application/json", "application/x-www-form-urlencoded"
	strict := scan.Strict()
	strict.Request.Controls = scan.ControlsBlock
	for name, c := range map[string]struct {
		contentType, body string
		want              bool
	}{
		"raw in a JSON string":              {json, "{\"a\":\"x\x01y\"}", true},
		"escaped in a JSON string":          {json, `{"a":"x\u001by"}`, true},
		"NUL in a JSON string":              {json, `{"a":"x\u0000y"}`, true},
		"escaped in JSON in JSON":           {json, `{"a":"{\"b\":\"x\\u0008y\"}"}`, true},
		"in a JSON key":                     {json, `{"a\u0007":1}`, true},
		"in a form's value":                 {form, "a=x%00y", true},
		"in a long form's value":            {form, "a=" + strings.Repeat("x ", 3000) + "%7f", true},
		"in a field of a multipart body":    {formData, field("name=f", "x\x0cy"), true},
		"in a text":                         {"text/plain", "x\x1b[31my", true},
		"tabs and line ends":                {json, `{"a":"x\ty\r\nz","b":1}`, false},
		"between JSON values":               {json, "{\r\n\t\"a\": 1}", false},
		"percent signs that nobody decodes": {json, `{"a":"100%00"}`, false},
		"letters of other languages":        {json, `{"a":"Grüße, 你好"}`, false},
		"an image in a multipart body":      {formData, field("name=f; filename=a.png", png), false},
	} {
		for _, size := range []int{1, 7, len(c.body)} {
			var pieces [][]byte
			for rest := []byte(c.body); len(rest) > 0; rest = rest[min(size, len(rest)):] {
				pieces = append(pieces, rest[:min(size, len(rest))])
			}
			if got := judge(strict, c.contentType, pieces...); got.Controls != c.want || (got.Verdict == scan.Block) != c.want {
				t.Errorf("%s, in pieces of %d: %+v", name, size, got)
			}
		}
		if got := judge(scan.Strict(), c.contentType, []byte(c.body)); got.Controls || got.Verdict == scan.Block {
			t.Errorf("%s, without the policy: %+v", name, got)
		}
	}
}

func TestAPolicyOnControlCharactersSurvivesItsDocument(t *testing.T) {
	t.Parallel()
	policy := scan.Strict()
	policy.Request.Controls = scan.ControlsBlock
	parsed, err := scan.ParsePolicy(policy.Document())
	if err != nil || parsed.Request.Controls != scan.ControlsBlock || parsed.Response.Controls != scan.ControlsPass {
		t.Errorf("%+v, %v", parsed, err)
	}
}
