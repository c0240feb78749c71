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
var Triggers = []string{"{{", "${", "#{", "*{", "@{", "%{", "{%", "<%", "__", "t(java", "freemarker.", "<#assign", "#set(", "{php}"}

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
		switch text[i] {
		case '{':
			i = f.brace(i)
		case '$', '#', '*', '@', '%':
			if text[i+1] == '{' {
				i = f.expression(i, i+2, '}')
			} else if text[i] == '#' && fold.HasPrefix(text[i:], "#set(") {
				f.statement(i, i+5, "template_statement")
			}
		case '<':
			i = f.tag(i)
		case '_':
			i = f.chain(i)
		case 't', 'T':
			if fold.HasPrefix(text[i:], "t(java.") {
				f.add(i, i+7, 0.88, "runtime_type")
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
	if fold.HasPrefix(f.text[i:], "{php}") {
		f.add(i, i+5, 0.85, "template_statement")
	}
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
	}
	return i
}

// expression judges what stands between the delimiter that begins at i and the closing byte, from j on. It
// returns the last byte read of the delimiter: a longer one may begin inside it (${{).
func (f *finder) expression(i, j int, closing byte) int {
	judged := &f.judged[closing&1]
	to := max(j, *judged)
	if j >= *judged {
		for to < len(f.text) && to < j+maxInner && f.text[to] != closing {
			to++
		}
		*judged = to
		if f.reaches(f.text[j:to]) {
			f.add(i, to+1, 0.92, "runtime_access")
			return i
		}
	}
	if to < len(f.text) && f.text[to] == closing && to-j < maxProbe && len(f.text) <= maxValue && arithmetic(f.text[j:to]) {
		f.add(i, to+1, 0.85, "arithmetic_probe")
	}
	return i
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

// arithmetic reports whether the expression is two literals and an operator between them. A minus might be a
// range, a lone number a placeholder.
func arithmetic(b []byte) bool {
	i := blanks(b, 0)
	if i < len(b) && b[i] == '=' {
		i = blanks(b, i+1)
	}
	ops := 0
	for {
		j := literal(b, i)
		if j == i {
			return false
		}
		i = blanks(b, j)
		if i == len(b) {
			return ops > 0
		}
		if c := b[i]; c != '*' && c != '+' && c != '/' {
			return false
		}
		ops++
		i = blanks(b, i+1)
	}
}

// literal returns where the number, or the quoted number, at i ends.
func literal(b []byte, i int) int {
	from := i
	quoted := i < len(b) && (b[i] == '\'' || b[i] == '"')
	if quoted {
		i++
	}
	digits := i
	for i < len(b) && b[i]-'0' < 10 {
		i++
	}
	if i == digits {
		return from
	}
	if quoted {
		if i >= len(b) || b[i] != b[from] {
			return from
		}
		i++
	}
	return i
}

func blanks(b []byte, i int) int {
	for i < len(b) && b[i] <= ' ' {
		i++
	}
	return i
}
