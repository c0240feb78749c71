package content_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/extauthz/internal/content"
)

func TestJSONIsReadAsItIs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]any{
		`{}`: map[string]any{}, "\n[ ]\t": []any{}, `null`: nil, `true`: true, `-0.5e+3`: json.Number("-0.5e+3"), `""`: "",
		`{"a":[1,{"b":null}],"A":false}`:       map[string]any{"a": []any{json.Number("1"), map[string]any{"b": nil}}, "A": false},
		`"\u00e9\ud83d\ude00\"\\\/\b\f\n\r\t"`: "é😀\"\\/\b\f\n\r\t", `"é"`: "é", `"a\u0000"`: "a\x00",
	} {
		got, err := content.ParseJSON(text)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", text, err, diff)
		}
	}
}

// What is refused here, somebody reads otherwise than somebody else.
func TestWhatCouldBeReadInTwoWaysIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, ` `, `{`, `{"a"}`, `{"a":}`, `{"a":1,}`, `[1,]`, `[1 2]`, `{a:1}`, `{'a':1}`, `01`, `-`, `1.`, `.5`, `+1`, `1e`, `0x1`, `NaN`, `tru`, `nul`,
		`"a`, `"\x41"`, `"\u12"`, `"\u12g4"`, "\"a\nb\"", "\"\x01\"", `{} {}`, `{}x`, "\ufeff{}", `/* */{}`, "{}\x00",
		`{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"x":{"":1,"":2}}`, `"\ud800"`, `"\udc00\ud800"`, `"\ud800\u0041"`, "\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"",
		`1e401`, `1e-401`, `1e99999999999999999999`, strings.Repeat("1", 65), `0.` + strings.Repeat("1", 64),
		strings.Repeat("[", 66) + strings.Repeat("]", 66), "[" + strings.Repeat("0,", 100_000) + "0]",
	} {
		if got, err := content.ParseJSON(text); err == nil {
			t.Errorf("%.60s is read as %v", text, got)
		}
	}
	if _, err := content.ParseJSON(strings.Repeat("[", 65) + strings.Repeat("]", 65)); err != nil {
		t.Errorf("65 arrays: %v", err)
	}
}

// FuzzJSON compares with the standard library, which takes more than we do but never something else.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5e3,"x\ud83d\ude00",null,true]}`, `{"a":1,"a":2}`, `[[[]]]`, `"\u00e9"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := content.ParseJSON(text)
		if err != nil {
			if strings.Contains(err.Error(), "valid JSON") && json.Valid([]byte(text)) {
				t.Errorf("valid JSON is refused as invalid: %q", text)
			}
			return
		}
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		var want any
		if err := decoder.Decode(&want); err != nil || !reflect.DeepEqual(want, got) {
			t.Errorf("%q: %v, %v; want %v", text, got, err, want)
		}
	})
}

func TestFormsAreReadAsFields(t *testing.T) {
	t.Parallel()
	multipart := strings.ReplaceAll(`--b
Content-Disposition: form-data; name="model"

whisper-1
--b
Content-Disposition: form-data; name="file"; filename="a.wav"
Content-Type: audio/wav

RIFF
--b--
`, "\n", "\r\n")
	for name, test := range map[string]struct {
		media, text string
		want        content.Body
	}{
		"a form":         {"application/x-www-form-urlencoded", "a=1&b=x+y&a=%32", content.Body{Read: true, Form: map[string][]string{"a": {"1", "2"}, "b": {"x y"}}}},
		"an upload":      {"multipart/form-data; boundary=b", multipart, content.Body{Read: true, Form: map[string][]string{"model": {"whisper-1"}}, Files: map[string]bool{"file": true}}},
		"another type":   {"text/plain", "{}", content.Body{}},
		"JSON of a kind": {"application/problem+json; charset=UTF-8", "1", content.Body{Read: true, JSON: json.Number("1")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := content.Parse(test.media, test.text)
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

func TestBadFormsAndTypesAreRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string][2]string{
		"a bad escape":        {"application/x-www-form-urlencoded", "a=%zz"},
		"a semicolon":         {"application/x-www-form-urlencoded", "a=1;b=2"},
		"invalid UTF-8":       {"application/x-www-form-urlencoded", "a=%ff"},
		"many fields":         {"application/x-www-form-urlencoded", strings.Repeat("a&", 1000)},
		"no boundary":         {"multipart/form-data", "x"},
		"an unfinished part":  {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx"},
		"a part without name": {"multipart/form-data; boundary=b", "--b\r\n\r\nx\r\n--b--\r\n"},
		"another charset":     {"application/json; charset=utf-16", "{}"},
		"no type":             {"", "{}"},
		"two types":           {"application/json, text/plain", "{}"},
	} {
		if got, err := content.Parse(test[0], test[1]); err == nil {
			t.Errorf("%s is read as %+v", name, got)
		}
	}
}

func TestPoliciesSeeTheBody(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ media, text, want string }{
		{"application/json", `{"a": [1, "x"]}`, `{"a": [1, "x"]}`},
		{"application/x-www-form-urlencoded", "a=1&a=2", `{"a": ["1", "2"]}`},
	} {
		b, err := content.Parse(test.media, test.text)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := b.Value(); err != nil || v.String() != test.want {
			t.Errorf("%s: %v, %v", test.text, v, err)
		}
	}
	if v, err := (&content.Body{}).Value(); v != nil || err != nil {
		t.Errorf("no body is %v, %v", v, err)
	}
}
