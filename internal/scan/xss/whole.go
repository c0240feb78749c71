package xss

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
)

// maxWhole bounds a text that is judged as a value and nothing else: there a handler, a tag or a property of the page that
// is all there is says more than in a document.
const maxWhole = 200

// whole judges a short text of one line, or the last line of several values.
func (f *finder) whole() {
	text := bytes.TrimRight(f.text, " \t\r\n")
	if len(text) < 3 || len(text) > maxWhole {
		return
	}
	switch {
	case handlerAlone(text):
		f.add(0, len(f.text), 0.82, "handler_alone")
	case operatorAlone(text):
		f.add(0, len(f.text), 0.8, "string_breakout")
	case f.probeElement(text):
		f.add(0, len(f.text), 0.82, "script_element")
	case fold.HasPrefix(text[1:], "=~[];"):
		f.add(0, len(f.text), 0.9, "symbol_code")
	case constructs(text):
		f.add(0, len(f.text), 0.84, "script_fragment")
	case f.spacedTag(text):
		f.add(0, len(f.text), 0.84, "spaced_tag")
	case f.tagAlone(text):
		f.add(0, len(f.text), 0.78, "tag_alone")
	case property(text), member(text), evaluation(text), fold.HasPrefix(bytes.TrimLeft(text, " "), "!![]"):
		f.add(0, len(f.text), 0.82, "script_fragment")
	case styleLink(text):
		f.add(0, len(f.text), 0.85, "style_code")
	case hiddenScheme(text):
		f.add(0, len(f.text), 0.85, "script_url")
	case asciiBrackets(text):
		f.add(0, len(f.text), 0.85, "charset_trick")
	case bytes.Contains(text, []byte("-->]]>")), quoteIndex(text[0]) >= 0 && fold.HasPrefix(text[1:], "-->"):
		f.add(0, len(f.text), 0.8, "context_closers")
	}
}

// handlerAlone reports whether text is the beginning of an event handler or of an attribute that takes a script, and of no
// element: "onload=.
func handlerAlone(text []byte) bool {
	i := 0
	for i < len(text) && i < 24 && (blank(text[i]) || quoteIndex(text[i]) >= 0 || text[i] == '<' || text[i] == '/' || text[i] == '>') {
		i++
	}
	j := i
	for j < len(text) && isLetter(text[j]) {
		j++
	}
	k := j
	for k < len(text) && blank(text[k]) {
		k++
	}
	if k+1 != len(text) || text[k] != '=' {
		return false
	}
	_, known := event(text[i:j])
	return known || i > 0 && (fold.Equal(text[i:j], "formaction") || fold.Equal(text[i:j], "srcdoc"))
}

// tags are elements whose names no text spells with blanks between the letters.
var tags = lexicon.New(lexicon.Group{Class: 1, Words: "script iframe object embed form dialog svg img body input style link meta base applet video audio details marquee button textarea isindex keygen math"})

// spacedTag reports whether a tag's name is spelled with blanks: <f o r m.
func (f *finder) spacedTag(text []byte) bool {
	i := bytes.IndexByte(text, '<')
	if i < 0 {
		return false
	}
	var name [12]byte
	n, blanks, glued := 0, 0, false
	for j := i + 1; j < len(text) && n < len(name); j++ {
		switch c := text[j]; {
		case isLetter(c):
			glued = glued || n > 0 && isLetter(text[j-1])
			name[n] = c
			n++
			if n > 2 && blanks >= n-1 && !glued && tags.Class(name[:n]) != 0 && (j+1 == len(text) || !isLetter(text[j+1])) {
				return true
			}
		case blank(c):
			blanks++
		default:
			return n == 1 && c == ':' && blanks == 1 && contains(text, j, 3, "script")
		}
	}
	return false
}

// tagAlone reports whether text is one tag, or the beginning of one, that changes what the page loads: meta, link, base, a
// frame of VML.
func (f *finder) tagAlone(text []byte) bool {
	if text[0] != '<' || bytes.IndexByte(text[1:], '<') >= 0 && !contains(text, 1, len(text), "</") {
		return false
	}
	i := 1
	for i < len(text) && nameByte(text[i]) {
		i++
	}
	name := text[1:i]
	switch rest := len(text) - i; {
	case fold.Equal(name, "meta"):
		return contains(text, i, rest, "charset") || contains(text, i, rest, "http-equiv") && !contains(text, i, rest, "content")
	case fold.Equal(name, "link"):
		return contains(text, i, rest, "href")
	case fold.Equal(name, "base"):
		return contains(text, i, rest, "href")
	case fold.Equal(name, "noscript"), fold.Equal(name, "import"), fold.Equal(name, "importimplementation"), fold.Equal(name, "isindex"):
		return rest > 0
	}
	return bytes.HasSuffix(name, []byte(":vmlframe")) && contains(text, i, len(text)-i, "src")
}

// properties of the page that scripts of attackers read and write.
var properties = [...]string{"document.cookie", "document.domain", "document.write", "document.queryselector", "document.body", "document.createelement", "window.location", "document.location",
	"window.name", "document.forms", "document.scripts"}

// property reports whether text is an expression with one of properties and no sentence.
func property(text []byte) bool {
	words := 0
	for i := 1; i < len(text); i++ {
		if text[i] == ' ' && isLetter(text[i-1]) && i+1 < len(text) && isLetter(text[i+1]) {
			words++
		}
	}
	if words > 0 || text[0] == '`' || len(text) > 100 {
		return false
	}
	for _, p := range properties {
		if contains(text, 0, len(text), p) {
			return true
		}
	}
	return false
}

// member reports whether text begins with the global object and a member in brackets: self["alert"], (document)["cookie"].
func member(text []byte) bool {
	i := 0
	if text[0] == '(' {
		i++
	}
	j := i
	for j < len(text) && isLetter(text[j]) {
		j++
	}
	if names.Class(text[i:j])&jGlobal == 0 {
		return false
	}
	for j < len(text) {
		switch {
		case blank(text[j]) || text[j] == ')' && i > 0:
			j++
		case text[j] == '/' && j+1 < len(text) && text[j+1] == '*':
			n := bytes.Index(text[j+2:], []byte("*/"))
			if n < 0 {
				return false
			}
			j += n + 4
		default:
			if text[j] != '[' {
				return false
			}
			for j++; j < len(text) && blank(text[j]); j++ {
			}
			return j < len(text) && (quoteIndex(text[j]) >= 0 || text[j] == '/' || fold.HasPrefix(text[j:], "object."))
		}
	}
	return false
}

// evaluators run a string or hide one.
var evaluators = lexicon.New(lexicon.Group{Class: 1, Words: "eval settimeout setinterval execscript atob btoa function"})

// evaluation reports whether text is a call of one of evaluators, and nothing else.
func evaluation(text []byte) bool {
	i := 0
	constructed := fold.HasPrefix(text, "new ")
	if constructed {
		i = 4
	}
	j := i
	for j < len(text) && isLetter(text[j]) {
		j++
	}
	last := text[len(text)-1]
	if j == len(text) || text[j] != '(' || last != ')' && (last != ';' || text[len(text)-2] != ')') || evaluators.Class(text[i:j]) == 0 {
		return false
	}
	return (constructed || text[i]|0x20 != 'f') && !contains(text, j, len(text)-j, "function") && !bytes.Contains(text, []byte("=>"))
}

// styleLink reports whether a style's url( begins with a script scheme: url ( javascript.
func styleLink(text []byte) bool {
	for i := 0; i+4 < len(text); i++ {
		if !fold.HasPrefix(text[i:], "url") {
			continue
		}
		j := i + 3
		for j < len(text) && (blank(text[j]) || text[j] == '(' || quoteIndex(text[j]) >= 0) {
			j++
		}
		if j > i+3 && (fold.HasPrefix(text[j:], "javascript") || fold.HasPrefix(text[j:], "vbscript")) {
			return true
		}
	}
	return false
}

// hiddenScheme reports whether text begins with a script scheme once references to blanks are taken out, which parsers
// drop inside a scheme: ja&tab;vascript:.
func hiddenScheme(text []byte) bool {
	var name [16]byte
	n, dropped := 0, false
	for i := 0; i < len(text) && n < len(name); {
		switch rest := text[i:]; {
		case fold.HasPrefix(rest, "&tab;"):
			dropped = true
			i += len("&tab;")
		case fold.HasPrefix(rest, "&newline;"):
			dropped = true
			i += len("&newline;")
		case rest[0] == ':':
			return dropped && names.Class(name[:n])&uScript != 0
		default:
			name[n] = rest[0]
			n++
			i++
		}
	}
	return false
}

// asciiBrackets reports whether the brackets of a tag are written with their eighth bit set, as an escape: \xbcscript\xbe.
func asciiBrackets(text []byte) bool {
	i := bytes.Index(text, []byte("\\xbc"))
	return i >= 0 && i+5 < len(text) && (isLetter(text[i+4]) || text[i+4] == '/') && bytes.Contains(text[i:], []byte("\\xbe"))
}

// operatorAlone reports whether text leaves a string for an operator and a member and ends with an assignment, "in valueOf=,
// the name written with escapes or a dot.
func operatorAlone(text []byte) bool {
	if quoteIndex(text[0]) < 0 || text[len(text)-1] != '=' {
		return false
	}
	i := 1
	for i < len(text) && blank(text[i]) {
		i++
	}
	if !fold.HasPrefix(text[i:], "in") {
		return false
	}
	odd := false
	for i += len("in"); i < len(text)-1; i++ {
		switch c := text[i]; {
		case c == '.' || c == '\\':
			odd = true
		case !nameByte(c) && !blank(c):
			return false
		}
	}
	return odd
}

// probeElement reports whether text is a word with the tag of a script and nothing but tags glued to it: example.com<script><img>.
func (f *finder) probeElement(text []byte) bool {
	i := bytes.IndexByte(text, '<')
	if i < 1 || !contains(text, i, len(text)-i, "<script>") || text[len(text)-1] != '>' {
		return false
	}
	for k, c := range text {
		if blank(c) || c == '`' || c == '>' && k+1 < len(text) && text[k+1] != '<' {
			return false
		}
	}
	return true
}

// constructs reports whether text is an import of a script from another host, or a function that is made of a string and called.
func constructs(text []byte) bool {
	switch {
	case fold.HasPrefix(text, "import("):
		rest := text[len("import("):]
		return len(rest) > 1 && quoteIndex(rest[0]) >= 0 && (absolute(rest, 0))
	case bytes.HasPrefix(text, []byte("Function(")), bytes.HasPrefix(text, []byte("Function`")):
		last := bytes.TrimRight(text, ";")
		return len(text) > 9 && (quoteIndex(text[8]) >= 0 || quoteIndex(text[9]) >= 0) && (bytes.HasSuffix(last, []byte(")()")) || bytes.HasSuffix(last, []byte(")``")) || bytes.HasSuffix(last, []byte("`()")))
	}
	return false
}
