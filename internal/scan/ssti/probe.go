package ssti

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
)

// arithmetic reports whether the expression is literals with operators between them, in parentheses or printed by a statement. A
// minus might be a range, a lone number a placeholder.
func arithmetic(b []byte) bool {
	i := blanks(b, 0)
	if i < len(b) && (b[i] == '=' || b[i] == '-' || b[i] == '!') { // <%=, {{=, {%-, {!!
		i = blanks(b, i+1)
	}
	if fold.HasPrefix(b[i:], "print") {
		i = blanks(b, i+len("print"))
	}
	ops := 0
	for {
		i = opens(b, i)
		j := literal(b, i)
		if j == i {
			return false
		}
		i = blanks(b, j)
		for i < len(b) && b[i] == ')' {
			i = blanks(b, i+1)
		}
		if i == len(b) || b[i] == '-' && i+1 == len(b) {
			return ops > 0
		}
		if c := b[i]; c != '*' && c != '+' && c != '/' {
			return false
		}
		ops++
		i = blanks(b, i+1)
	}
}

// opens passes over opening parentheses.
func opens(b []byte, i int) int {
	for i < len(b) && b[i] == '(' {
		i = blanks(b, i+1)
	}
	return i
}

// literal returns where the number, or the string of a few letters and digits, at i ends.
func literal(b []byte, i int) int {
	from := i
	quoted := i < len(b) && quote(b[i])
	if quoted {
		i++
	}
	begin := i
	for i < len(b) && (b[i]-'0' < 10 || quoted && nameByte(b[i])) {
		i++
	}
	if i == begin {
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

// method reports whether the expression is a method of a literal called without arguments, which tells what engine answers:
// 'a'.upper().
func method(b []byte) bool {
	i := blanks(b, 0)
	j := literal(b, i)
	if j == i || !quote(b[i]) || j >= len(b) || b[j] != '.' {
		return false
	}
	for j++; j < len(b) && nameByte(b[j]); {
		j++
	}
	return bytes.HasPrefix(b[j:], []byte("()")) && blanks(b, j+2) == len(b)
}

// resolves reports whether the expression is one of the lookups of Commons Text that run a script or ask a server
// (CVE-2022-42889).
func resolves(b []byte) bool {
	for _, lookup := range [...]string{"script:js:", "script:javascript:", "script:nashorn:", "script:groovy:", "script:jexl:", "dns:address|", "dns:canonicalname|", "url:utf-8:", "url:utf8:", "file:utf-8:"} {
		if fold.HasPrefix(b, lookup) {
			return true
		}
	}
	return false
}

// backtick reports whether a program is run and printed, in Ruby: `ls`. A string of JavaScript has ${ in it, else quotes would do.
func backtick(b []byte) bool {
	i := blanks(b, 0)
	if i < len(b) && b[i] == '=' {
		i = blanks(b, i+1)
	}
	if i >= len(b) || b[i] != '`' {
		return false
	}
	n := bytes.IndexByte(b[i+1:], '`')
	return n > 0 && bytes.IndexByte(b[i+1:i+1+n], '$') < 0
}

// shellWord is the same between other marks: %x(ls), %x|ls|.
func shellWord(b []byte) bool {
	i := blanks(b, 0)
	return i+3 < len(b) && b[i] == '%' && b[i+1] == 'x' && !nameByte(b[i+2]) && b[i+2] > ' '
}

// opensFile reports whether one of the strings in an expression names a file of the system.
func opensFile(b []byte) bool {
	for i, c := range b {
		if quote(c) && systemFile(b[i+1:]) {
			return true
		}
	}
	return false
}

// directive judges what Velocity and Razor write without braces, at i.
func (f *finder) directive(i int) {
	rest := f.text[i:]
	switch {
	case rest[0] == '#' && fold.HasPrefix(rest, "#set("):
		f.statement(i, i+5, "template_statement")
	case rest[0] == '#' && fold.HasPrefix(rest, "#evaluate("):
		f.add(i, i+10, 0.82, "template_statement")
	case rest[0] == '#' && fold.HasPrefix(rest, "#include("):
		f.file(i, i+9)
	case rest[0] == '#' && fold.HasPrefix(rest, "#parse("):
		f.file(i, i+7)
	case rest[0] == '$' && fold.HasPrefix(rest, "$class.inspect("):
		f.add(i, i+15, 0.88, "runtime_access")
	case rest[0] == '@' && rest[1] == '(':
		n := bytes.IndexByte(rest[:min(len(rest), maxProbe)], ')')
		if n > 0 && len(f.text) <= maxValue && arithmetic(rest[2:n]) {
			f.add(i, i+n+1, 0.85, "arithmetic_probe")
		} else {
			f.razor(i, i+2)
		}
	case rest[0] == '@' && fold.HasPrefix(rest, "@system."):
		f.razor(i, i+1)
	}
}

// razor judges code of C# at j, behind the mark at i.
func (f *finder) razor(i, j int) {
	for _, name := range [...]string{"system.diagnostics.process", "system.io.file.", "system.io.directory.", "system.reflection."} {
		if fold.HasPrefix(f.text[j:], name) {
			f.add(i, j+len(name), 0.88, "runtime_access")
			return
		}
	}
}

// smarty judges a tag of Smarty at i.
func (f *finder) smarty(i int) {
	rest := f.text[i:min(len(f.text), i+maxInner)]
	switch {
	case fold.HasPrefix(rest, "{php}"):
		f.add(i, i+5, 0.85, "template_statement")
	case fold.HasPrefix(rest, "{self::"):
		f.add(i, i+7, 0.88, "runtime_access")
	case fold.HasPrefix(rest, "{$smarty.template_object"), fold.HasPrefix(rest, "{$smarty.version}") && len(f.text) <= maxValue:
		f.add(i, i+16, 0.85, "object_probe")
	case fold.HasPrefix(rest, "{include "), fold.HasPrefix(rest, "{fetch "):
		f.file(i, i+7)
	case fold.HasPrefix(rest, "{math ") && (bytes.Contains(rest, []byte(`\1`)) || bytes.Contains(rest, []byte(`\x`))),
		fold.HasPrefix(rest, "{function name=") && fold.Contains(rest, "(){}"):
		f.add(i, i+6, 0.85, "template_statement")
	}
}

// file judges a directive at i that includes the file named behind j: one of the system's is none of a template's.
func (f *finder) file(i, j int) {
	for end := min(len(f.text), j+24); j < end && !quote(f.text[j]); {
		j++
	}
	if j++; j < len(f.text) && systemFile(f.text[j:]) {
		f.add(i, j, 0.85, "template_file")
	}
}

func systemFile(b []byte) bool {
	for _, prefix := range [...]string{"/etc/passwd", "/etc/shadow", "/proc/self", "file:///etc", "c:\\windows\\", "c:/windows/"} {
		if fold.HasPrefix(b, prefix) {
			return true
		}
	}
	return false
}
