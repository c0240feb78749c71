package xss

import "github.com/meshwarden/meshwarden/internal/scan/fold"

// value judges a text that is a URL as a whole.
func (f *finder) value() {
	class, j := scheme(f.text, 0)
	if class == 0 {
		f.property()
		return
	}
	if class&uScript != 0 {
		switch c, _ := char(f.text, j); {
		case f.runs(j, j+120) && !blank(c), f.text[min(f.solid(j), len(f.text)-1)] == '\\', c == '/', c == '"', c == '\'', c == '\\':
			f.add(0, min(len(f.text), j+80), 0.9, "script_url")
		default:
			f.add(0, j, 0.5, "script_url")
		}
		return
	}
	if markup(f.text, j) {
		f.add(0, min(len(f.text), j+80), 0.85, "data_url")
	}
}

// solid returns the first byte at i or behind that is no blank.
func (f *finder) solid(i int) int {
	for i < len(f.text) && blank(f.text[i]) {
		i++
	}
	return i
}

// declaration judges <! and <? at i.
func (f *finder) declaration(i int) {
	if i+2 >= len(f.text) {
		return
	}
	switch {
	case f.text[i+1] == '?' && f.instruction(i):
		f.add(i, min(len(f.text), i+160), 0.85, "processing_instruction")
	case f.text[i+1] == '!' && contains(f.text, i+2, 1, "entity"):
		w := float32(0.6)
		if f.fetched(i + 8) {
			w = embeds
		}
		f.add(i, min(len(f.text), i+8), w, "entity_declaration")
	}
}

// maxEntity bounds the bytes of an entity's declaration that are read.
const maxEntity = 128

// fetched reports whether the entity that is declared before i comes from another host: a parser puts what it gets from
// there into the document.
func (f *finder) fetched(i int) bool {
	stop := min(len(f.text), i+maxEntity)
	for ; i < stop && f.text[i] != '>'; i++ {
		if f.text[i]|0x20 == 's' && contains(f.text, i, 1, "system") {
			return contains(f.text, i+6, 4, "http://") || contains(f.text, i+6, 4, "https://") || contains(f.text, i+6, 4, "ftp://")
		}
	}
	return false
}

// maxInstruction bounds the bytes of a processing instruction that are read.
const maxInstruction = 160

// instruction reports whether the processing instruction at i loads or runs something: a sheet from
// elsewhere, a behaviour, a script of the server.
func (f *finder) instruction(i int) bool {
	n := 0
	for i+n < len(f.text) && n < maxInstruction && f.text[i+n] != '>' {
		n++
	}
	switch {
	case contains(f.text, i, n, "script:"), contains(f.text, i, min(n, 10), "?import"), contains(f.text, i, n, "microsoft-com:time"):
		return true
	case contains(f.text, i+2, 1, "xml-stylesheet"):
		return contains(f.text, i, n, "=\"#") || contains(f.text, i, n, "='#") || contains(f.text, i, n, "data:") || contains(f.text, i, n, "=\"http") && !contains(f.text, i, n, "text/css")
	}
	return contains(f.text, i+2, 8, "echo(") && contains(f.text, i, n, "'<")
}

// fragment judges what may leave an attribute or a string at i, outside of tags, and returns the
// last byte read.
func (f *finder) fragment(i int) int {
	switch c := f.text[i]; c {
	case 'o', 'O':
		return f.looseHandler(i)
	case '`':
		f.tagged(i)
		f.breaks(i)
	case '"', '\'':
		f.breaks(i)
	case '{':
		f.entityCode(i)
		f.template(i)
	case '$':
		f.template(i)
	case '(':
		f.call(i)
	case '+', 0xbc:
		f.charset(i)
	case '!':
		return f.symbols(i)
	case ':':
		f.link(i)
	}
	return i
}

// maxHandler bounds the bytes of a handler's value that are read outside of tags.
const maxHandler = 64

// looseHandler judges an event handler attribute outside of a tag: the fragment leaves an attribute.
func (f *finder) looseHandler(i int) int {
	j := i
	for j < len(f.text) && j < i+48 && isLetter(f.text[j]) {
		j++
	}
	if j < i+5 || i > 0 && (nameByte(f.text[i-1]) || f.text[i-1] == '.' || f.text[i-1] == '$') {
		return i
	}
	is, known := event(f.text[i:j])
	if !is || !known {
		return i
	}
	k := j
	for k < len(f.text) && k < j+16 {
		c, n := char(f.text, k)
		if !blank(c) {
			break
		}
		k += n
	}
	if contains(f.text, k, 1, "cdata \"") && f.sinks(k, k+maxHandler) {
		f.add(i, k+7, 0.85, "loose_handler") // declared by a DTD
	}
	if k >= len(f.text) || f.text[k] != '=' || k+1 < len(f.text) && f.text[k+1] == '=' {
		return i
	}
	from := k + 1
	to := min(len(f.text), from+maxHandler)
	w := float32(0.45)
	if f.sinks(from, to) || f.runs(from, to) && k == j {
		w = 0.6
		if f.leaves(i) {
			w = 0.88
		}
	}
	f.add(i, to, w, "loose_handler")
	return j - 1
}

// leaves reports whether what stands before i closes an attribute value: a quote, or nothing at all.
func (f *finder) leaves(i int) bool {
	if i < 96 && (quoteIndex(f.text[0]) >= 0 || i > 1 && quoteIndex(f.text[1]) >= 0) {
		return true
	}
	for n := 0; n < 24 && i > 0; n++ {
		i--
		c := f.text[i]
		if quoteIndex(c) >= 0 || c >= 0x80 {
			return true
		}
		if !blank(c) && c != '/' && c != ';' && c != '+' && c != '{' && !isLetter(c) {
			return false
		}
	}
	return i == 0
}

// breaks judges a quote that leaves a script string: the quote, an operator, a call of a sink.
func (f *finder) breaks(i int) {
	j, op := i+1, false
	for j < len(f.text) && j < i+8 {
		switch c := f.text[j]; {
		case c == ';' || c == '-' || c == '+' || c == '*' || c == '/' || c == '^' || c == '|' || c == '&' || c == ',' || c == ')' || c == '}':
			op = true
		case blank(c):
		default:
			if op && isLetter(c) {
				f.sinkCall(i, j)
			}
			return
		}
		j++
	}
}

// sinkCall reports a sink called at j by a fragment that begins at i.
func (f *finder) sinkCall(i, j int) {
	k := j
	for k < len(f.text) && nameByte(f.text[k]) {
		k++
	}
	if names.Class(f.text[j:k])&jSink == 0 || k >= len(f.text) || f.text[i] == '`' && f.text[k] == '`' || f.closesLiteral(i) {
		return
	}
	w := float32(0.5)
	if f.text[k] == '(' || f.text[k] == '`' {
		w = 0.6
		if i < 24 || f.text[i] == '\'' && f.text[i+1] == ';' {
			w = 0.85
		}
	}
	f.add(i, min(len(f.text), k+1), w, "string_breakout")
}

// maxLiteral bounds how far before the quote that ends a string the line of code is read.
const maxLiteral = 160

// closesLiteral reports whether the quote at i ends a string that began on the same line of code, behind what strings are
// assigned or passed with: it leaves nothing.
func (f *finder) closesLiteral(i int) bool {
	opened := -1
	for j := max(0, i-maxLiteral); j < i; j++ {
		switch {
		case f.text[j] == '\n':
			opened = -1
		case f.text[j] == f.text[i] && opened >= 0:
			opened = -1
		case f.text[j] == f.text[i]:
			opened = j
		}
	}
	for opened > 0 && blank(f.text[opened-1]) {
		opened--
	}
	return opened > 0 && introduces[f.text[opened-1]]
}

// introduces holds the bytes that stand before a string of code.
var introduces = [256]bool{'=': true, '(': true, '[': true, ',': true, ':': true, '+': true, '?': true}

// sinks reports whether a name in [from, to) is one that shows or runs something.
func (f *finder) sinks(from, to int) bool {
	to = min(to, len(f.text))
	for i := from; i < to; {
		if !isLetter(f.text[i]) {
			i++
			continue
		}
		j := i
		for j < to && nameByte(f.text[j]) {
			j++
		}
		if names.Class(f.text[i:j])&jSink != 0 {
			return true
		}
		i = j
	}
	return false
}

// constructs reports whether an expression goes on from a constructor: calls it, or takes more of it than this object's class has to
// say of itself (this.constructor.name).
func (f *finder) constructs(from, stop int) bool {
	const n = len("constructor")
	for i := from; i < stop; i++ {
		if !contains(f.text, i, 1, "constructor") {
			continue
		}
		switch c := f.text[min(len(f.text)-1, i+n)]; {
		case c == '.' && i >= 5 && contains(f.text, i-5, 1, "this.") && !contains(f.text, i+n, 1, ".constructor"):
		case c == '(', c == '.', c == '[', quoteIndex(c) >= 0, c == '\\':
			return true
		}
		i += n - 1
	}
	return false
}

// class reports whether the delimiter at i is none but the end of a name and the body of a class that begins with its constructor:
// class a extends b${constructor(x){.
func (f *finder) class(i int) bool {
	return f.text[i] == '$' && i > 0 && identifier(f.text[i-1]) && contains(f.text, i+2, 1, "constructor(") &&
		quoteIndex(f.text[min(len(f.text)-1, i+2+len("constructor("))]) < 0
}

// template judges {{...}} and ${...} that reach for a constructor or call a sink.
func (f *finder) template(i int) {
	if i+1 >= len(f.text) || f.text[i+1] != '{' {
		return
	}
	stop := i + 2
	for stop < len(f.text) && stop < i+200 && f.text[stop] != '}' && f.text[stop] != '{' {
		stop++
	}
	switch inner := f.text[i+2 : stop]; {
	case f.text[i] == '{' && f.escapes(i+2):
		f.add(i, min(len(f.text), i+maxTemplate), 0.9, "template_constructor")
	case len(inner) == 0:
	case contains(f.text, i+2, len(inner), "constructor") && (f.text[i] == '{' || f.runs(i+2, stop)) && f.constructs(i+2, stop) && !f.class(i):
		f.add(i, stop, 0.9, "template_constructor")
	case f.text[i] == '{' && f.classes(i+2, stop)&(jShow|jEval) != 0 && f.runs(i+2, stop):
		f.add(i, stop, 0.8, "template_call")
	case contains(f.text, i+2, len(inner), "alert("), contains(f.text, i+2, len(inner), "alert`"):
		f.add(i, stop, 0.8, "template_call")
	}
}

// maxTemplate bounds the bytes of an expression of a template that are read.
const maxTemplate = 200

// escapes reports whether the expression at i, objects in it included, leads to a constructor or evaluates a string: what
// sandboxes of templates were left by.
func (f *finder) escapes(i int) bool {
	m, at := &f.calm, i
	switch {
	case i < m.from || i >= m.to:
		*m = calm{from: i, to: i}
	case m.ended:
		return false
	default:
		at = m.to
	}
	for stop := min(len(f.text), i+maxTemplate); at < stop; at++ {
		switch c := f.text[at]; {
		case c == '\n', c == '}' && at+1 < len(f.text) && f.text[at+1] == '}':
			m.to, m.ended = at+1, true
			return false
		case (c == '.' || c == '\'' || c == '"') && contains(f.text, at+1, 1, "constructor"), c == '$' && contains(f.text, at+1, 1, "eval("):
			m.to = at
			return true
		}
	}
	m.to = max(m.to, at)
	return false
}

// calm is a part of the text in which escapes has found nothing: expressions that begin in others are read once.
type calm struct {
	from, to int
	ended    bool // an expression ends before to
}

// served judges an expression of a server's template at i, <%= ... %>, that calls what shows that it ran.
func (f *finder) served(i int) {
	if !contains(f.text, i, 1, "<%=") {
		return
	}
	for stop := min(len(f.text), i+maxTemplate); i < stop && f.text[i] != '>'; i++ {
		if f.text[i] == '(' && names.Class(f.text[f.wordBefore(i):i])&jShow != 0 {
			f.add(i, i+1, 0.8, "template_call")
			return
		}
	}
}

// link judges the script: scheme before the colon at i when a quote, a parenthesis or an equals sign
// introduces it, as in a link of Markdown or CSS.
func (f *finder) link(i int) {
	if i < 6 || fold.Lower(f.text[i-1]) != 't' && fold.Lower(f.text[i-1]) != 's' {
		if i > 10 && fold.Lower(f.text[i-1]) == 'g' && contains(f.text, i-11, 1, "moz-binding") && contains(f.text, i, 6, "url(") {
			f.add(i-11, i+1, 0.85, "style_code")
		}
		return
	}
	j := i
	for j > 0 && j > i-16 && isLetter(f.text[j-1]) {
		j--
	}
	if names.Class(f.text[j:i])&uScript == 0 || j == 0 {
		return
	}
	w := float32(0.4)
	if b := f.text[j-1]; (b == '(' || b == '=' || quoteIndex(b) >= 0) && f.sinks(i+1, i+100) && f.runs(i+1, i+100) {
		w = 0.85
	}
	f.add(j, i+1, w, "script_url")
}
