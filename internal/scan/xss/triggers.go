package xss

import (
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
)

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them, whatever
// its case. Every event handler is one.
var Triggers = func() []string {
	list := []string{
		"<", "script:", "vbs:", "mocha:", "pt:", "\tt:", "\nt:", "\rt:", " t:", "data:", "{{", "${", "\\x3c", "\\u003c",
		"alert(", "prompt(", "confirm(", "eval(", "settimeout(", "setinterval(", "fetch(", "import(", "function(", "constructor(", "alert`", "prompt`", "confirm`",
		"alert)", "prompt)", "confirm)", "eval)", "alert?", "confirm?", "prompt?", "eval?", ".call(", ".apply(", ".bind(", "\"](", "'](", ")](", "source](", "`](", "` ${", "call`", "apply`", "bind`", "sort`", "map`", "find`", "some`", "filter`", "every`", "foreach`", "flatmap`", "findindex`", "reduce`", "from`", "expression(", "-binding:",
		"&{", "+adw-", "\xbcscript", "![]", "!+[]", "document.", "document[", "document/", "document .", "document /", "window.", "self.", "top.", "cdata",
		"formaction", "srcdoc", "atob(", "btoa(", "(javascript", "( javascript", "(vbscript", "&tab;", "&newline;", "\\xbc", "-->", "document)", "self[", "window[", "function`", "=~[]", "\"in ", "'in ", "\" in", "' in", "'  in", "\"  in", "top[", "parent[", "this[",
	}
	for _, name := range strings.Fields(events) {
		list = append(list, "on"+name)
	}
	return list
}()

var triggers = lexicon.NewLiterals(Triggers, false).Doubt(Doubtful, Dismiss)
