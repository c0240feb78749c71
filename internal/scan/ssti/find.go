// Package ssti finds server-side template injection in one decoded text: the delimiters of template and
// expression languages around arithmetic of literals or around code that reaches for the runtime. It knows
// nothing of bodies, views or policies.
package ssti

import (
	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// Critical, as scan.Critical: what a template engine evaluates runs on the server.
const severity = 3

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them, whatever its
// case.
var Triggers = []string{
	"{{", "${", "#{", "*{", "@{", "%{", "{%", "<%", "__", "t(java", "freemarker.", "<#assign", "<#include", "#set(", "{php}",
	"@(", "@system.", "{self::", "{fetch ", "{include ", "{math ", "{function ", "{$smarty.", "smarty_internal", "class.inspect(", "#evaluate(", "#include(", "#parse(", ".mainmodule",
}

var triggers = lexicon.NewLiterals(Triggers, false)

// maxInner bounds the bytes between two delimiters that are read.
const maxInner = 240

// maxValue bounds a text in which arithmetic between delimiters is a probe: longer ones are templates and
// documents, whose examples do arithmetic.
const maxValue = 512

// maxProbe bounds the bytes of an arithmetic probe.
const maxProbe = 40

type finder struct {
	text []byte
	dst  []match.Match
	// judged is where the expression that was read last ends, by the lowest bit of its closing byte ('}' or
	// '%'): what begins inside it ends there too and is a part of what was judged.
	judged [2]int
	// stated is where the directive that was read last ends.
	stated int
}

// Find appends the template injections in text to dst, with byte offsets into text. Its time is linear in
// len(text): behind each delimiter a bounded number of bytes is read. It allocates only to grow dst.
func Find(text []byte, dst []match.Match) []match.Match {
	f := finder{text: text, dst: dst}
	for i := 0; i+2 < len(text); i++ {
		if next := second[text[i]]; next == 0 || next != anyByte && text[i+1]|0x20 != next {
			continue
		}
		switch text[i] {
		case '{':
			i = f.brace(i)
		case '$', '#', '*', '@', '%':
			if text[i+1] == '{' {
				i = f.expression(i, i+2, '}')
			} else {
				f.directive(i)
			}
		case '<':
			i = f.tag(i)
		case '_':
			i = f.chain(i)
		case 't', 'T':
			if fold.HasPrefix(text[i:], "t(java.") && (i == 0 || !nameByte(text[i-1])) {
				f.add(i, i+7, 0.88, "runtime_type")
			}
		case '.':
			if fold.HasPrefix(text[i:], ".mainmodule") && len(text) <= maxValue && (i+11 == len(text) || !nameByte(text[i+11])) {
				f.add(i, i+11, 0.85, "runtime_access")
			}
		case 's', 'S':
			if fold.HasPrefix(text[i:], "smarty_internal_write_file") {
				f.add(i, i+26, 0.9, "template_utility")
			}
		case 'f', 'F':
			if fold.HasPrefix(text[i:], "freemarker.template.utility") {
				f.add(i, i+27, 0.9, "template_utility")
			}
		}
	}
	if len(f.dst) > len(dst) && !triggers.In(text) {
		return dst
	}
	return f.dst
}

// second has, for each byte at which something may begin, the one that must follow it, in lower case, or anyByte.
var second = func() (t [256]byte) {
	for _, c := range []byte("{$#*@%<_") {
		t[c] = anyByte
	}
	t['t'], t['T'], t['s'], t['S'], t['f'], t['F'], t['.'] = '(', '(', 'm', 'm', 'r', 'r', 'm'
	return t
}()

const anyByte = 0xFF

func (f *finder) add(start, end int, confidence float32, rule string) {
	f.dst = append(f.dst, match.Match{Start: start, End: min(end, len(f.text)), Confidence: confidence, Severity: severity, Rule: rule})
}

// brace judges {{...}}, {%...%} and {php} at i and returns the last byte read.
func (f *finder) brace(i int) int {
	switch f.text[i+1] {
	case '{':
		return f.expression(i, i+2, '}')
	case '%':
		return f.expression(i, i+2, '%')
	}
	f.smarty(i)
	return i
}

// tag judges <%...%> and <#assign at i and returns the last byte read.
func (f *finder) tag(i int) int {
	switch {
	case f.text[i+1] == '%':
		j := i + 2
		if f.text[j] == '=' || f.text[j] == '-' {
			j++
		}
		return f.expression(i, j, '%')
	case fold.HasPrefix(f.text[i:], "<#assign"):
		f.statement(i, i+8, "template_statement")
	case fold.HasPrefix(f.text[i:], "<#include "):
		f.file(i, i+10)
	}
	return i
}

// expression judges what stands between the delimiter that begins at i and the closing byte, from j on. It
// returns the last byte read of the delimiter: a longer one may begin inside it (${{).
func (f *finder) expression(i, j int, closing byte) int {
	judged := &f.judged[closing&1]
	to := max(j, *judged)
	if j >= *judged {
		double := f.text[i] == '{' && closing == '}' // ends with two: {{ {"a": 1} }}
		for to < len(f.text) && to < j+maxInner && (f.text[to] != closing || double && to+1 < len(f.text) && f.text[to+1] != '}') {
			to++
		}
		*judged = to
		if f.opened(i, j) && f.reaches(f.text[j:to]) {
			f.add(i, to+1, 0.92, "runtime_access")
			return i
		}
	}
	if to >= len(f.text) || f.text[to] != closing || len(f.text) > maxValue {
		return i
	}
	switch inner := f.text[j:to]; {
	case to-j < maxProbe && arithmetic(inner):
		f.add(i, to+1, 0.85, "arithmetic_probe")
	case holds(inner), i == 0 && to+3 >= len(f.text) && method(inner):
		f.add(i, to+1, 0.85, "object_probe")
	case resolves(inner):
		f.add(i, to+1, 0.88, "string_lookup")
	case closing == '%' && backtick(inner), f.text[i] == '#' && shellWord(inner):
		f.add(i, to+1, 0.85, "runtime_access")
	case f.text[i] != '$' && f.text[i] != '#' && opensFile(inner):
		f.add(i, to+1, 0.85, "template_file")
	case f.text[i] == '@':
		f.razor(i, j)
	}
	return i
}

// opened reports whether what looks like a delimiter at i, code behind j, may be one: no hash of Perl in angle brackets (<%ENV>), no
// group of Doxygen (@{ at the end of a line).
func (f *finder) opened(i, j int) bool {
	if f.text[i] == '@' {
		return j < len(f.text) && f.text[j] != '\n'
	}
	if f.text[i] != '<' {
		return true
	}
	end := f.name(j)
	return end >= len(f.text) || f.text[end] != '>'
}

// statement judges a directive that may make an object, at i, its arguments from j on.
func (f *finder) statement(i, j int, rule string) {
	end := min(len(f.text), j+maxInner)
	from := min(max(j, f.stated-len("?new()")), end) // what a directive before this one read is not read again
	f.stated = end
	inner := f.text[from:end]
	if f.reaches(inner) || fold.Contains(inner, "?new()") {
		f.add(i, j, 0.9, rule)
	}
}

func blanks(b []byte, i int) int {
	for i < len(b) && b[i] <= ' ' {
		i++
	}
	return i
}
