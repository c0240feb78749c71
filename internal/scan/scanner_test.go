package scan_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// found is a finding as the text that it covers.
type found struct{ Type, Text, View string }

func findings(result scan.Result, body string) (all []found) {
	for _, f := range result.Findings {
		all = append(all, found{f.Type, body[f.Start:f.End], f.View})
	}
	return all
}

func TestFindingsCoverTheOriginalBytesOfEveryEncoding(t *testing.T) {
	t.Parallel()
	const json, form, text = "application/json", "application/x-www-form-urlencoded", "text/plain"
	for name, c := range map[string]struct {
		contentType, body string
		want              found
	}{
		"as it is":                        {text, `mail jane@example.com now`, found{"EMAIL", "jane@example.com", "raw"}},
		"JSON string":                     {json, `{"a":"jane@example.com"}`, found{"EMAIL", "jane@example.com", "raw"}},
		"JSON number":                     {json, `{"a":[1, 4111111111111111 ]}`, found{"CARD", "4111111111111111", "raw"}},
		"JSON key":                        {json, `{"jane@example.com":1}`, found{"EMAIL", "jane@example.com", "raw"}},
		"JSON escapes":                    {json, `{"a":"x\n\u006aane\u0040example.com\n"}`, found{"EMAIL", `\u006aane\u0040example.com`, "json"}},
		"JSON in a JSON string":           {json, `{"a":"{\"b\":\"jane@example.com\"}"}`, found{"EMAIL", "jane@example.com", "json"}},
		"a number in JSON in JSON":        {json, `{"a":"{\"card\": 4111111111111111}"}`, found{"CARD", "4111111111111111", "json"}},
		"JSON in JSON in JSON":            {json, `{"a":"{\"b\":\"{\\\"c\\\":\\\"jane\\\\u0040example.com\\\"}\"}"}`, found{"EMAIL", `jane\\\\u0040example.com`, "json"}},
		"NDJSON":                          {"application/x-ndjson", "{\"a\":1}\n{\"a\":\"jane@example.com\"}\n", found{"EMAIL", "jane@example.com", "raw"}},
		"undeclared JSON":                 {"", ` [ "jane@example.com" ]`, found{"EMAIL", "jane@example.com", "raw"}},
		"JSON behind a byte order mark":   {json, "\ufeff{\"card\":\"4111111111111111\"}", found{"CARD", "4111111111111111", "raw"}},
		"text that says it is JSON":       {json, `write to jane@example.com`, found{"EMAIL", "jane@example.com", "raw"}},
		"JSON that stops being JSON":      {json, `{"a":1} write to jane@example.com`, found{"EMAIL", "jane@example.com", "raw"}},
		"JSON that never ends":            {json, `{"a":"jane@example.com`, found{"EMAIL", "jane@example.com", "raw"}},
		"digits that JSON does not allow": {json, `{"a":4111 1111 1111 1111}`, found{"CARD", "4111 1111 1111 1111", "raw"}},
		"repeated keys":                   {json, `{"a":"x","a":"jane@example.com","a":"y"}`, found{"EMAIL", "jane@example.com", "raw"}},
		"100,000 deep":                    {json, strings.Repeat(`{"a":[`, 50_000) + `"jane@example.com"`, found{"EMAIL", "jane@example.com", "raw"}},
		"form value":                      {form, `x=1&mail=jane%40example.com&y`, found{"EMAIL", "jane%40example.com", "url"}},
		"form name":                       {form, `jane%40example.com=1`, found{"EMAIL", "jane%40example.com", "url"}},
		"form value with plus":            {form, `card=4111+1111+1111+1111`, found{"CARD", "4111+1111+1111+1111", "url"}},
		"percent twice in a form":         {form, `mail=jane%2540example.com`, found{"EMAIL", "jane%2540example.com", "url"}},
		"percent-u":                       {text, `mail jane%u0040example.com`, found{"EMAIL", "jane%u0040example.com", "url"}},
		"character references":            {"text/html", `<p>jane&#64;example&#x2e;com</p>`, found{"EMAIL", "jane&#64;example&#x2e;com", "html"}},
		"full width":                      {text, "mail jane＠example．com!", found{"EMAIL", "jane＠example．com", "unicode"}},
		"zero width":                      {text, "card 4111\u200b1111\u200b1111\u200b1111", found{"CARD", "4111\u200b1111\u200b1111\u200b1111", "unicode"}},
		"base64":                          {json, `{"a":"` + base64.StdEncoding.EncodeToString([]byte("contact: jane@example.com ok")) + `"}`, found{"EMAIL", "amFuZUBleGFtcGxlLmNvb", "base64"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := findings(judge(everything(), c.contentType, []byte(c.body)), c.body)
			if diff := cmp.Diff([]found{c.want}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAttacksAreFoundUnderEncodings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ contentType, body, want string }{
		"SQL in JSON":                       {"application/json", `{"q":"1' OR '1'='1"}`, "sqli"},
		"SQL in JSON in JSON":               {"application/json", `{"args":"{\"q\":\"1' OR '1'='1\"}"}`, "sqli"},
		"SQL in JSON in JSON in JSON":       {"application/json", `{"a":"{\"b\":\"{\\\"q\\\":\\\"1' OR '1'='1\\\"}\"}"}`, "sqli"},
		"SQL encoded for URLs twice":        {"application/json", `{"q":"1%2527%2520OR%2520%25271%2527%253D%25271"}`, "sqli"},
		"SQL with plus signs":               {"application/x-www-form-urlencoded", `q=1'+UNION+SELECT+password+FROM+users--`, "sqli"},
		"markup in JSON escapes":            {"application/json", `{"q":"\u003cscript\u003ealert(1)\u003c/script\u003e"}`, "xss"},
		"markup in references":              {"application/json", `{"q":"&lt;img src=x onerror=alert(1)&gt;"}`, "xss"},
		"markup in base64":                  {"application/json", `{"q":"` + base64.StdEncoding.EncodeToString([]byte(`<script>alert(document.cookie)</script>`)) + `"}`, "xss"},
		"a path with overlong slashes":      {"application/x-www-form-urlencoded", `f=..%c0%af..%c0%af..%c0%afetc%c0%afpasswd`, "path_traversal"},
		"an attack in a key":                {"application/json", `{"1' OR '1'='1":1}`, "sqli"},
		"an attack in a body of no type":    {"", `id=1' UNION SELECT password FROM users--`, "sqli"},
		"an attack behind the JSON's end":   {"application/json", `{"a":1}1' UNION SELECT password FROM users--`, "sqli"},
		"an attack across JSON's first end": {"application/json", `{"a":"<script"} >alert(1)</script>`, "xss"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := judge(everything(), c.contentType, []byte(c.body))
			if result.Verdict != scan.Block || !hasType(result, c.want) {
				t.Errorf("%s: %+v", c.body, result)
			}
		})
	}
}

func hasType(result scan.Result, findingType string) bool {
	for _, f := range result.Findings {
		if f.Type == findingType {
			return true
		}
	}
	return false
}

func TestLongValuesAreJudgedWholeAndOnce(t *testing.T) {
	t.Parallel()
	const mail = "jane.doe@example.com"
	filler := strings.Repeat("lorem ipsum dolor ", 5000) // 90 kB, three windows
	for at := 28_000; at < 34_000; at += 37 {
		for _, c := range []struct{ contentType, before, after string }{
			{"text/plain", "", ""},
			{"application/json", `{"a":"`, `"}`},
			{"application/x-www-form-urlencoded", "a=", "&b=1"},
		} {
			body := c.before + filler[:at] + " " + mail + " " + filler[at:] + c.after
			want := []found{{"EMAIL", mail, "raw"}}
			got := findings(judge(everything(), c.contentType, []byte(body)), body)
			if len(got) == 1 {
				got[0].View = "raw"
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s at %d: %s", c.contentType, at, diff)
			}
		}
	}
}

func TestVerdictsFollowTheMode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mode              scan.Mode
		verdict, intended scan.Action
		findings          int
	}{
		{scan.Enforce, scan.Block, scan.Block, 1},
		{scan.Shadow, scan.Log, scan.Block, 1},
		{scan.Off, scan.Pass, scan.Pass, 0},
	} {
		policy := everything()
		policy.Mode = c.mode
		got := judge(policy, "text/plain", []byte("1' UNION SELECT password FROM users--"))
		if got.Verdict != c.verdict || got.Intended != c.intended || len(got.Findings) != c.findings {
			t.Errorf("mode %d: %+v", c.mode, got)
		}
	}
}

func TestTheTailOfAnOversizeBodyIsNotScanned(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		oversize scan.Oversize
		verdict  scan.Action
	}{{scan.OversizeBlock, scan.Block}, {scan.OversizePass, scan.Pass}} {
		policy := everything()
		policy.Request.MaxBytes, policy.Request.Oversize = 1000, c.oversize
		body := []byte(strings.Repeat("x ", 500) + "jane@example.com")
		for _, cut := range []int{0, 10, 999, 1000, 1001, len(body)} {
			got := judge(policy, "text/plain", body[:cut], body[cut:])
			if got.Verdict != c.verdict || !got.Oversize || len(got.Findings) != 0 {
				t.Errorf("cut at %d: %+v", cut, got)
			}
		}
		if got := judge(policy, "text/plain", body[:1000]); got.Oversize || got.Verdict != scan.Pass {
			t.Errorf("a body of exactly the limit: %+v", got)
		}
	}
}

func TestFindingsBeyondTheBoundCountInTheVerdict(t *testing.T) {
	t.Parallel()
	body := []byte(strings.Repeat("jane@example.com ", scan.MaxFindings+10) + " 1' UNION SELECT password FROM users--")
	got := judge(everything(), "text/plain", body)
	if len(got.Findings) != scan.MaxFindings || got.Dropped < 10 || got.Verdict != scan.Block {
		t.Errorf("%d findings, %d dropped, %s", len(got.Findings), got.Dropped, got.Verdict)
	}
}

func TestDataThatCannotAllBeRedactedIsBlocked(t *testing.T) {
	t.Parallel()
	var scanner scan.Scanner
	scanner.Reset(everything(), scan.Response, "text/plain")
	scanner.Write([]byte(strings.Repeat("jane@example.com ", scan.MaxFindings+1)))
	if got := scanner.Finish(); got.Verdict != scan.Block {
		t.Errorf("%d findings, %d dropped, %s", len(got.Findings), got.Dropped, got.Verdict)
	}
}

func TestContentTypesThatAreScanned(t *testing.T) {
	t.Parallel()
	for contentType, want := range map[string]bool{
		"": true, "json": true, "application/json": true, "Application/JSON; charset=utf-8": true, "application/problem+json": true,
		"application/x-www-form-urlencoded": true, "text/plain": true, "text/html; charset=utf-8": true, "text/event-stream": true,
		"application/xml": true, "image/svg+xml": true, "multipart/form-data; boundary=x": true, "application/graphql": true,
		"/": true, "*/*": true, "application/": true, `"application/json"`: true, "application json/x": true,
		"image/png": false, "application/octet-stream": false, "application/grpc": true, "application/grpc-web+proto": true, "application/grpcx": false, "video/mp4": false, "application/pdf": false,
	} {
		if got := scan.Scannable(contentType); got != want {
			t.Errorf("%q: %v", contentType, got)
		}
	}
}
