package scan_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/meshwarden/meshwarden/internal/scan"
)

func sanitized(how scan.Sanitize, contentType, body string) string {
	p := &scan.Policy{Response: scan.DirectionPolicy{Sanitize: how}}
	return string(p.Redact(nil, []byte(body), scan.Response, contentType, nil))
}

func TestMarkupAndScriptsAreTakenOut(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain text, 1 < 2 and 3 > 2, a <= b, x <- y":       "plain text, 1 < 2 and 3 > 2, a <= b, x <- y",
		"<b>bold</b> and <i class=\"a>b\">this</i>":         "bold and this",
		"one<br>two<p>three</p>four":                        "one two three four",
		"a<script>alert(1)</script>b":                       "ab",
		"a<SCRIPT src=x>alert(1)</ScRiPt >b":                "ab",
		"a<script>alert(1)":                                 "aalert(1)",
		"a<style>p{}</style><iframe src=x></iframe>b":       "ab",
		"<img src=x onerror=alert(1)>":                      "",
		"x\" onmouseover=\"alert(1)":                        "x\" onmouseover \"alert(1)",
		"onclick = go()":                                    "onclick   go()",
		"the only=one, online=1":                            "the only=one, online=1",
		"<scr<script>ipt>alert(1)</scr</script>ipt>":        "ipt>alert(1)ipt>",
		"<<b>script>alert(1)<</b>/script>":                  "script>alert(1)/script>",
		"<":                                                 "",
		"a<":                                                "a",
		"a<b and c":                                         "ab and c",
		"<!-- hidden <b> -->shown<!doctype html><?php x ?>": "shown",
		"<!--unclosed comment":                              "!--unclosed comment",
		"<a href=\"javascript:alert(1)\">link</a>":          "link",
		"javascript:alert(1)":                               "javascript alert(1)",
		"JaVa\tScRiPt:alert(1)":                             "JaVa\tScRiPt alert(1)",
		"java&#115;cript&colon;alert(1)":                    "javascript alert(1)",
		"java&#x73;cript&#58alert(1)":                       "javascript alert(1)",
		"&&#99;olon;":                                       ":",
		"on&#99;lick&equals;x":                              "onclick x",
		"javascript&#00000000000000000058;x":                "javascript #00000000000000000058;x",
		"data:text/html,x and data:image/png;base64,AA":     "data:text html,x and data:image/png;base64,AA",
		"Tom &amp; Jerry &lt;b&gt; &copy; &#169;":           "Tom &amp; Jerry &lt;b&gt; &copy; &#169;",
		"bell\x07, null\x00, tab\tand line\n":               "bell, null, tab\tand line\n",
		"<svg/onload=alert(1)>é漢字\U0001F600":                "é漢字\U0001F600",
		"https://example.com/a?b=c&d=e":                     "https://example.com/a?b=c&d=e",
		"<a title=\"unclosed>text</a> more":                 "text more",
		"<math><mtext></mtext><mglyph><style></math><img src onerror=alert(1)>": "",
	} {
		if got := sanitized(scan.SanitizeHTML, "text/plain", text); got != want {
			t.Errorf("%q became %q, not %q", text, got, want)
		}
	}
}

func TestSpeechHasNothingThatIsNotSpoken(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Hello, *world*! `code` and __more__.":                                         "Hello, world! code and more .",
		"<speak>Hi <break time=\"3s\"/>you</speak>":                                    "Hi you",
		"See [the docs](https://docs.example.com/x) or https://www.example.com/a?b=c.": "See the docs or example.com",
		"Visit http://user:pw@shop.example.org, now":                                   "Visit shop.example.org, now",
		"Tom & Jerry &amp; Co, a=b":                                                    "Tom and Jerry and Co, a equals b",
		"&lt;script&gt;alert(1)&lt;/script&gt;":                                        "script alert(1) /script",
		"great \U0001F600\uFE0F job \u2764\uFE0F\u200D\U0001F525!":                     "great job !",
		"# Title\n\n- one\n- two\n":                                                    "Title - one - two",
		"Grüße, 漢字, 12 € and 5%":                                                       "Grüße, 漢字, 12 € and 5%",
		"bell\x07 and\u200b zero\u202e width":                                          "bell and zero width",
		"javascript:alert(1)":                                                          "javascript alert(1)",
	} {
		if got := sanitized(scan.SanitizeSpeech, "text/plain", text); got != want {
			t.Errorf("%q became %q, not %q", text, got, want)
		}
	}
}

func TestOnlyValuesWithMarkupChangeInJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ contentType, body, want string }{
		{"application/json", `{"a": "<b>x<\/b>", "<i>": 1, "c": ["\u003cscript\u003ealert(1)\u003c/script\u003e", "y\u00e9"]}`, `{"a": "x", "<i>": 1, "c": ["", "y\u00e9"]}`},
		{"application/json", `{"a":"{\"b\":\"<a href=\\\"x\\\">c</a>\",\"d\":1}"}`, `{"a":"{\"b\":\"c\",\"d\":1}"}`},
		{"application/json", `{"a":"say \"hi\" <b>\\now</b>\n"}`, `{"a":"say \"hi\" \\now\n"}`},
		{"application/json", `not json <b>at all</b>`, `not json at all`},
		{"application/x-ndjson", "{\"a\":\"<b>x\"}\n{\"a\":\"y\"}\n", "{\"a\":\"x\"}\n{\"a\":\"y\"}\n"},
		{"", `{"a":"<b>x"}`, `{"a":"x"}`},
		{"text/html; charset=utf-8", "<p>x</p>", " x "},
		{"application/xml", "<p>x</p>", "<p>x</p>"},
		{"text/css", "a>b{}", "a>b{}"},
		{"application/x-www-form-urlencoded", "a=%3Cb%3Ex%26y&b=1%2B1&c", "a=x%26y&b=1%2B1&c"},
	} {
		if got := sanitized(scan.SanitizeHTML, c.contentType, c.body); got != c.want {
			t.Errorf("%s %s\n got %s\nwant %s", c.contentType, c.body, got, c.want)
		}
	}
	const body = `{"id":"a_b-1","url":"https://example.com/x_y","say":"*Hello* https://example.com/x"}`
	if got := sanitized(scan.SanitizeSpeech, "application/json", body); got != `{"id":"a_b-1","url":"https://example.com/x_y","say":"Hello example.com"}` {
		t.Errorf("%s", got)
	}
}

func TestSanitizedJSONDiffersOnlyInValuesWithMarkup(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		document := rapid.MapOf(rapid.StringMatching(`[a-z<>"]{0,4}`), rapid.StringMatching(`[a-c<>/&;="' \n\\é]{0,12}`)).Draw(t, "document")
		body, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]string
		if err := json.Unmarshal([]byte(sanitized(scan.SanitizeHTML, "application/json", string(body))), &got); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{}
		for key, value := range document {
			want[key] = sanitized(scan.SanitizeHTML, "text/plain", value)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s: %s", body, diff)
		}
	})
}

// dangerous is what no sanitized text has.
var dangerous = regexp.MustCompile(`(?i)<[a-z/!?]|javascript:|vbscript:|data:text/|\bon(click|error|load|mouseover|focus)\s*=`)

// pieces are what dangerous texts are made of.
var pieces = strings.Split("<|>|&|#|;|58|x3a|colon|equals|javascript|java|script|vbscript|:|on|click|error|=|<b>|</b>|</|script>|\"|'|!|--|-->| |\n|\t|\x00|&#115;|&#x6f;|&Tab;|/|data|text|amp|lt|*|`|http://|[|](|)|é|\u200b|\U0001F600|a|1|+", "|")

func TestNothingDangerousComesTogetherFromPieces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		staysClean(t, strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 24).Draw(t, "pieces"), ""))
	})
}

func FuzzSanitizedTextIsCleanForGood(f *testing.F) {
	for _, seed := range []string{
		"<script>alert(1)</script>", "<<b>script>", "java&#115;cript&colon;x", "&<colon;on<>click=", "<a \">\" <a \">\"", "ja<b>vascript:", "on<i>error=x",
		"&#<b>58;", "[a](b) https://x.y/z", "<!--<!-- -->-->", "ht*tp://x", "&amp;lt;b&amp;gt;", "javascript&#58", "d<a>ata:text/html", "&am<b>p;#58;",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) { staysClean(t, text) })
}

func staysClean(t interface{ Fatalf(string, ...any) }, text string) {
	for _, how := range []scan.Sanitize{scan.SanitizeHTML, scan.SanitizeSpeech} {
		once := sanitized(how, "text/plain", text)
		if bad := dangerous.FindString(once); bad != "" {
			t.Fatalf("%d: %q became %q, which has %q", how, text, once, bad)
		}
		if again := sanitized(how, "text/plain", once); again != once {
			t.Fatalf("%d: %q became %q, and that %q", how, text, once, again)
		}
		if how == scan.SanitizeSpeech && strings.ContainsAny(once, "<>&*`\x00\n") {
			t.Fatalf("%q became %q", text, once)
		}
	}
}

// BenchmarkSanitize cleans hostile texts; the time must be that of their length.
func BenchmarkSanitize(b *testing.B) {
	for name, unit := range map[string]string{
		"prose": "the quick brown fox jumps over the lazy dog, ", "html": "<p class=\"x\">some <b>text</b></p>\n", "open tags": "<a ", "open scripts": "<script>",
		"quotes": `<a ">" `, "comments": "<!--", "references": "&#x", "equals": "onclick =", "closings": "<script></", "spaces": "on     ",
	} {
		text := bytes.Repeat([]byte(unit), 256<<10/len(unit))
		p := &scan.Policy{Response: scan.DirectionPolicy{Sanitize: scan.SanitizeHTML}}
		b.Run(name, func(b *testing.B) {
			var out []byte
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				out = p.Redact(out[:0], text, scan.Response, "text/plain", nil)
			}
		})
	}
}

func TestTextsInStreamsAreSanitizedAsWhole(t *testing.T) {
	t.Parallel()
	p := &scan.Policy{Response: scan.DirectionPolicy{Sanitize: scan.SanitizeHTML, Actions: map[string]scan.Action{"CARD": scan.Redact}}}
	for text, want := range map[string]string{
		"<b>Hello</b> \"world\", 1 < 2\nand":                    "Hello \"world\", 1 < 2\nand",
		"a <script>alert(1)</script> b <!-- x > y --> c":        "a  b  c",
		"click javascript:alert(1) or on click = x, onclick =":  "click javascript alert(1) or on click = x, onclick  ",
		"<img src=\"x\" onerror='a>b'>card 4111 1111 1111 1111": "card [REDACTED CARD ENDING IN 1111]",
		"java&#115;cript&colon;x Gr\u00fc\u00dfe <i>\u6f22</i>": "javascript x Gr\u00fc\u00dfe \u6f22",
		"the end <": "the end ",
	} {
		for size := 1; size <= 7; size++ {
			var tokens []string
			for runes := []rune(text); len(runes) > 0; {
				n := min(size, len(runes))
				tokens, runes = append(tokens, string(runes[:n])), runes[n:]
			}
			all, _, _ := streamed(t, p, sse, chat(tokens...)...)
			if got := chatText(t, all); got != want {
				t.Errorf("%q in tokens of %d became %q, not %q", text, size, got, want)
			}
		}
	}
}

func TestNothingDangerousComesTogetherInAStream(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		how := rapid.SampledFrom([]scan.Sanitize{scan.SanitizeHTML, scan.SanitizeSpeech}).Draw(rt, "how")
		p := &scan.Policy{Response: scan.DirectionPolicy{Sanitize: how}}
		tokens := rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 24).Draw(rt, "pieces")
		all, _, _ := streamed(t, p, sse, chat(tokens...)...)
		if got := chatText(t, all); dangerous.MatchString(got) {
			rt.Fatalf("%d: %q became %q", how, tokens, got)
		}
	})
}
