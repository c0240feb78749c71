package xss

import (
	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
)

// call judges the parenthesis at i, outside of tags: a script alone, or one that leaves a string.
func (f *finder) call(i int) {
	if i < 3 {
		return
	}
	switch f.text[i-1] {
	case ')':
		f.wrapped(i)
		return
	case ']':
		f.member(i)
		return
	}
	end := i
	chained := f.text[i-1] == '.' && f.text[i-2] == '?'
	if chained {
		end -= 2
	}
	from := f.wordBefore(end)
	switch class := names.Class(f.text[from:end]); {
	case class&(jShow|jEval) != 0 && chained:
		f.add(from, i+1, 0.85, "script_call")
	case class&jShow != 0:
		f.shown(from, i)
	case class&jEval != 0:
		f.evaluated(from, i)
	case class&jApply != 0 && from > 3 && f.text[from-1] == '.':
		if w := f.wordBefore(from - 1); names.Class(f.text[w:from-1])&(jShow|jEval) != 0 && (w == 0 || f.text[w-1] != '.' || f.global(w-1)) {
			f.add(w, i+1, 0.85, "script_call")
		}
	case class&jEach != 0 && from > 0 && f.text[from-1] == '.':
		if w := f.wordAfter(i + 1); w < len(f.text) && f.text[w] == ')' && names.Class(f.text[i+1:w])&(jShow|jEval) != 0 {
			f.add(from, w, 0.85, "script_call")
		}
	case end-from == len("constructor") && contains(f.text, from, 1, "constructor(") && f.text[max(0, from-1)] == '.':
		if i+1 < len(f.text) && quoteIndex(f.text[i+1]) >= 0 {
			f.add(from, i+1, 0.85, "template_constructor")
		}
	case end-from == len("expression") && contains(f.text, from, 1, "expression(") && f.after(from) == ':' && f.sinks(i, i+maxHandler):
		f.add(from, i+1, 0.85, "style_code")
	}
}

// global reports whether the dot at i stands behind a name of the page's window: code passes on methods of its own.
func (f *finder) global(i int) bool {
	switch string(f.text[f.wordBefore(i):i]) {
	case "window", "self", "top", "parent", "frames", "this", "globalThis", "document":
		return true
	}
	return false
}

// wordBefore returns where the name that ends at i begins.
func (f *finder) wordBefore(i int) int {
	j := i
	for j > 0 && j > i-24 && identifier(f.text[j-1]) {
		j--
	}
	return j
}

// wordAfter returns where the name that begins at i ends.
func (f *finder) wordAfter(i int) int {
	j := i
	for j < len(f.text) && j < i+24 && identifier(f.text[j]) {
		j++
	}
	return j
}

func identifier(c byte) bool { return isLetter(c) || c-'0' < 10 || c == '_' || c == '$' }

// after returns the last byte before i that is not blank, 0 when there is none within reach.
func (f *finder) after(i int) byte {
	for n := 0; n < 8 && i > 0; n++ {
		i--
		if !blank(f.text[i]) {
			return f.text[i]
		}
	}
	return 0
}

// maxCall bounds the bytes between the parentheses of a call, maxDepth the calls inside it.
const (
	maxCall  = 120
	maxDepth = 4
)

// closed returns the byte after the call whose parenthesis is at i.
func (f *finder) closed(i int) (end int, ok bool) {
	depth := 0
	for j := i; j < len(f.text) && j < i+maxCall; j++ {
		switch f.text[j] {
		case '(':
			if depth++; depth > maxDepth {
				return i + 1, false
			}
		case ')':
			if depth--; depth == 0 {
				return j + 1, true
			}
		}
	}
	return i + 1, false
}

// shown judges a call of alert and its kin, the name at from, the parenthesis at i. Code calls them too, so
// that either the text is the call and nothing else, or the call is glued to what it leaves and to what makes
// the rest harmless.
func (f *finder) shown(from, i int) {
	end, ok := f.closed(i)
	if !ok {
		return
	}
	if f.first(from) {
		if (f.finished(end) || f.commented(end)) && !f.sentence(i+1, end-1) {
			f.add(from, end, 0.82, "script_call")
		}
		return
	}
	before, next := f.text[from-1], byte(0)
	if end < len(f.text) {
		next = f.text[end]
	}
	switch {
	case !operator[before]:
	case f.commented(end) && (before != ' ' && from < maxCall),
		next == before && before != ';' && before != '|' && before != '&' && before != ')' && before != '!',
		f.leads() && (f.commented(len(f.text)-2) || f.finished(end) || operator[next]):
		f.add(from, end, 0.85, "string_breakout")
		return
	}
	if len(f.text) <= maxWhole && f.proves(i+1, end-1) && f.inScript(from) {
		f.add(from, end, 0.82, "script_call")
	}
}

// evaluated judges a call of eval by where its string comes from.
func (f *finder) evaluated(from, i int) {
	end, _ := f.closed(i)
	for _, source := range [...]string{"atob(", "fromcharcode", "location.", "unescape(", "url.", "window.name", ".hash"} {
		if contains(f.text, i, max(end-i, 40), source) {
			f.add(from, max(end, i+1), 0.84, "script_call")
			return
		}
	}
	f.shown(from, i)
}

// first reports whether nothing but blanks stands before i.
func (f *finder) first(i int) bool {
	for i > 0 && blank(f.text[i-1]) {
		i--
	}
	return i == 0
}

// finished reports whether nothing but a semicolon and blanks follows i.
func (f *finder) finished(i int) bool {
	for ; i < len(f.text); i++ {
		if !blank(f.text[i]) && f.text[i] != ';' {
			return false
		}
	}
	return true
}

// commented reports whether a comment begins at i, or after what closes a statement there.
func (f *finder) commented(i int) bool {
	for n := 0; n < 4 && i >= 0 && i < len(f.text) && (f.text[i] == ';' || f.text[i] == '>' || f.text[i] == '}' || f.text[i] == ')'); n++ {
		i++
	}
	return i >= 0 && (contains(f.text, i, 1, "//") || contains(f.text, i, 1, "/*") || contains(f.text, i, 1, "<!--"))
}

// sentence reports whether the argument is words for a reader: a string with blanks in it.
func (f *finder) sentence(from, to int) bool {
	if from >= to || quoteIndex(f.text[from]) < 0 {
		return false
	}
	for ; from < to; from++ {
		if f.text[from] == ' ' {
			return true
		}
	}
	return false
}

// leads reports whether the text begins by closing something.
func (f *finder) leads() bool {
	i := 0
	for i < len(f.text) && i < 8 && (blank(f.text[i]) || isLetter(f.text[i]) || f.text[i]-'0' < 10 || f.text[i] == '\\') {
		i++
	}
	if i >= len(f.text) {
		return false
	}
	switch f.text[i] {
	case '"', '\'', '`', '}', ')', ']':
		return true
	case '*':
		return contains(f.text, i, 1, "*/")
	}
	return false
}

// operator holds the bytes that join a call to what it is glued to.
var operator = func() (o [256]bool) {
	for _, c := range []byte(";-+*/|&^,}{!=>:?~)%") {
		o[c] = true
	}
	return o
}()

// wrapped judges a call of a name in parentheses, (alert)(1), the second parenthesis at i.
func (f *finder) wrapped(i int) {
	from := f.wordBefore(i - 1)
	if from > 0 && f.text[from-1] == '(' && names.Class(f.text[from:i-1])&(jShow|jEval) != 0 {
		f.add(from-1, i+1, 0.85, "script_call")
	}
}

// maxMember bounds the bytes between the brackets of a member.
const maxMember = 96

// member judges a call of a member of the global object whose name is computed, the parenthesis at i:
// top["al"+"ert"](1).
func (f *finder) member(i int) {
	k := i - 2
	for k > 0 && k > i-maxMember && f.text[k] != '[' && f.text[k] != ']' && f.text[k] != ';' {
		k--
	}
	if k <= 0 || f.text[k] != '[' || names.Class(f.text[f.wordBefore(k):k])&jGlobal == 0 {
		return
	}
	if f.computed(k+1, i-1) {
		f.add(f.wordBefore(k), i+1, 0.9, "computed_member")
	}
}

// computed reports whether the name between two brackets is put together, escaped, or one that probes call.
func (f *finder) computed(from, to int) bool {
	quotes := 0
	for i := from; i < to; i++ {
		switch c := f.text[i]; {
		case quoteIndex(c) >= 0:
			quotes++
		case c == '\\', c == '+' && quotes >= 2:
			return true
		}
	}
	for _, way := range [...]string{".source", "tostring(", "atob(", "fromcharcode"} {
		if contains(f.text, from, to-from, way) {
			return true
		}
	}
	return f.classes(from, to)&(jShow|jEval) != 0
}

// classes joins what the names in [from, to) are.
func (f *finder) classes(from, to int) (c lexicon.Class) {
	for i := from; i < to; i++ {
		if isLetter(f.text[i]) {
			j := min(f.wordAfter(i), to)
			c |= names.Class(f.text[i:j])
			i = j
		}
	}
	return c
}

// tagged judges a call by template literal, the backtick at i: alert`1`, [].sort.call`${alert}1`.
func (f *finder) tagged(i int) {
	end := i
	for end > 0 && end > i-4 && blank(f.text[end-1]) {
		end--
	}
	from := f.wordBefore(end)
	filled := contains(f.text, i+1, 2, "${")
	if from == end || f.closesSpan(from, i) {
		return
	}
	switch class := names.Class(f.text[from:end]); {
	case end < i && !filled:
	case class&(jApply|jEach) != 0 && f.after(from) == '.' && (from < 1 || f.text[from-1] == '.' || filled):
		f.add(from, i+1, 0.85, "script_call")
	case class&jShow != 0 && (f.first(from) || operator[f.text[from-1]]):
		f.add(from, i+1, 0.82, "script_call")
	}
}

// closesSpan reports whether the backtick at i closes a span of code, as documents quote `a.b.c`: the dotted name before it, whose last
// part is at from, stands behind another backtick, or it is the second of a pair on its line and nothing goes on behind it.
func (f *finder) closesSpan(from, i int) bool {
	for n := 0; from > 0 && n < 64 && (identifier(f.text[from-1]) || f.text[from-1] == '.' || f.text[from-1] == '<' || f.text[from-1] == '>' || f.text[from-1] == '/'); n++ {
		from--
	}
	if from > 0 && f.text[from-1] == '`' {
		return true
	}
	if i+1 < len(f.text) && (identifier(f.text[i+1]) || contains(f.text, i+1, 2, "${")) {
		return false
	}
	odd := false
	for j := i - 1; j >= max(0, i-maxLiteral) && f.text[j] != '\n'; j-- {
		odd = odd != (f.text[j] == '`')
	}
	return odd
}

// maxProperty bounds a text that is one property of the document.
const maxProperty = 64

// property judges a text that is nothing but a property which probes read or set.
func (f *finder) property() {
	var buf [maxProperty]byte
	n := 0
	if len(f.text) > maxProperty || len(f.text) < 8 {
		return
	}
	for i := 0; i < len(f.text); i++ {
		switch c := f.text[i]; {
		case blank(c), quoteIndex(c) >= 0, c == ']', c == ';':
		case c == '/' && i+1 < len(f.text) && f.text[i+1] == '*':
			for i += 2; i < len(f.text) && f.text[i] != '/'; i++ {
			}
		case c == '[':
			buf[n] = '.'
			n++
		default:
			buf[n] = fold.Lower(c)
			n++
		}
	}
	switch string(buf[:n]) {
	case "document.cookie", "document.domain", "document.location", "window.location", "window.document.cookie", "self.document.cookie", "top.location":
		f.add(0, len(f.text), 0.8, "document_property")
	}
}

// entityCode judges &{...} at the brace i: an entity that early browsers ran as a script.
func (f *finder) entityCode(i int) {
	if i < 2 || f.text[i-1] != '&' || f.text[i-2] != '"' && f.text[i-2] != '=' && f.text[i-2] != '\'' || i+1 >= len(f.text) || !isLetter(f.text[i+1]) && f.text[i+1] != '(' {
		return
	}
	if f.runs(i+1, i+40) {
		f.add(i-1, i+1, 0.85, "script_entity")
	}
}

// minSymbols is how many brackets and signs in a row are a program.
const minSymbols = 12

// symbols judges code of brackets and signs alone (![]+[]) at i and returns the last byte read.
func (f *finder) symbols(i int) int {
	from := i
	for from > 0 && from > i-4 && symbol[f.text[from-1]] {
		from--
	}
	n, j, pairs := 0, from, 0
	for ; j < len(f.text) && (symbol[f.text[j]] || f.text[j] == ' '); j++ {
		if f.text[j] != ' ' {
			n++
		}
		if j > from && f.text[j] == ']' && f.text[j-1] == '[' {
			pairs++
		}
	}
	if n >= minSymbols && pairs >= 3 {
		f.add(from, j, 0.9, "symbol_code")
	}
	return max(i, j-1)
}

var symbol = func() (s [256]bool) {
	for _, c := range []byte("[]()!+") {
		s[c] = true
	}
	return s
}()

// charset judges a bracket in an encoding that only some browsers read as one: UTF-7 and the
// upper half of seven-bit sets.
func (f *finder) charset(i int) {
	switch {
	case f.text[i] == '+' && contains(f.text, i, 1, "+adw-"):
		f.add(i, i+5, 0.85, "utf7")
	case f.text[i] == 0xbc && contains(f.text, i+1, 1, "script"):
		f.add(i, i+7, 0.85, "seven_bit_bracket")
	}
}
