// Package xxe finds XML external entities in one decoded text: document types and entities that load from
// elsewhere, inclusions, and entities that multiply. It knows nothing of bodies, views or policies.
package xxe

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// High, as scan.High.
const severity = 2

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them, whatever its
// case.
var Triggers = []string{"<!doctype", "<!entity", ":include", "+adwaiq-", "document('", "document(\"", "php:function"}

var triggers = lexicon.NewLiterals(Triggers, false)

// maxDeclaration bounds the bytes of one declaration that are read.
const maxDeclaration = 512

type finder struct {
	text []byte
	dst  []match.Match
	// multiplying counts entities that refer to another many times.
	multiplying int
}

// Find appends the external entities in text to dst, with byte offsets into text. Its time is linear in
// len(text): of each declaration a bounded number of bytes is read. It allocates only to grow dst.
func Find(text []byte, dst []match.Match) []match.Match {
	f := finder{text: text, dst: dst}
	f.stylesheet()
	for i := 0; i < len(text); i++ {
		n := bytes.IndexByte(text[i:], '<')
		if n < 0 {
			break
		}
		i += n
		switch rest := text[i:]; {
		case len(rest) > 1 && rest[1] != '!':
			f.inclusion(i)
		case fold.HasPrefix(rest, "<!entity"):
			f.entity(i, i+len("<!entity"))
		case fold.HasPrefix(rest, "<!doctype"):
			f.doctype(i, i+len("<!doctype"))
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

// entity judges the entity declaration at i, whose name follows at j.
func (f *finder) entity(i, j int) {
	j = f.blanks(j)
	parameter := j < len(f.text) && f.text[j] == '%'
	if parameter {
		j = f.blanks(j + 1)
	}
	j = f.blanks(f.word(j))
	external, j := f.external(j)
	from, to := f.quoted(j)
	if external == public {
		from, to = f.quoted(f.blanks(to + 1))
	}
	switch value := f.text[from:to]; {
	case external != internal && from < to && (known(value) || !absolute(value) && bytes.IndexByte(value, ':') < 0):
		return // a part of the document beside it
	case external != internal && from < to:
		f.add(i, to, 0.9, "external_entity")
	case repeated(value) >= 8:
		f.add(i, to, 0.88, "multiplying_entity")
	case references(value) >= 4:
		if f.multiplying++; f.multiplying >= 2 {
			f.add(i, to, 0.88, "multiplying_entity")
		}
	case parameter && (fold.Contains(value, "<!entity") || fold.Contains(value, "&#x25;") || fold.Contains(value, "&#37;")):
		f.add(i, to, 0.85, "nested_entity")
	}
}

// doctype judges the document type at i, whose name follows at j: one that loads its definition from elsewhere.
func (f *finder) doctype(i, j int) {
	j = f.blanks(f.word(f.blanks(j)))
	external, j := f.external(j)
	if external == internal {
		return
	}
	from, to := f.quoted(j)
	if external == public {
		if formal(f.text[from:to]) {
			return // -//W3C//DTD ...: known by name, not loaded
		}
		from, to = f.quoted(f.blanks(to + 1))
	}
	uri := f.text[from:to]
	if from < to && absolute(uri) && !known(uri) {
		f.add(i, to, 0.85, "external_document_type")
	}
}

// stylesheet judges what XSLT's expressions load or call, and declarations in UTF-7.
func (f *finder) stylesheet() {
	for i := 0; ; {
		n := bytes.IndexAny(f.text[i:], "=+")
		if n < 0 {
			return
		}
		i += n + 1
		rest := f.text[i:]
		switch {
		case f.text[i-1] == '+' && fold.HasPrefix(rest, "adwaiq-doctype"), f.text[i-1] == '+' && fold.HasPrefix(rest, "adwaiq-entity"):
			f.add(i-1, i+14, 0.85, "utf7_declaration")
		case len(rest) > 1 && (rest[0] == '"' || rest[0] == '\''):
			rest = rest[1:]
			if fold.HasPrefix(rest, "php:function") {
				f.add(i, i+13, 0.88, "stylesheet_function")
			} else if fold.HasPrefix(rest, "document(") && len(rest) > 12 && rest[10] != rest[9] && absolute(rest[10:]) {
				f.add(i, i+20, 0.85, "stylesheet_function")
			}
		}
	}
}

// inclusion judges an element of XInclude at i.
func (f *finder) inclusion(i int) {
	j := i + 1
	for j < len(f.text) && j < i+12 && f.text[j] != ':' && nameByte(f.text[j]) {
		j++
	}
	if j == i+1 || j >= len(f.text) || !fold.HasPrefix(f.text[j:], ":include") {
		return
	}
	end := min(len(f.text), j+maxDeclaration)
	if n := bytes.IndexAny(f.text[j:end], "<>"); n >= 0 {
		end = j + n
	}
	if tag := f.text[j:end]; fold.Contains(tag, "href") && (fold.Contains(f.text[max(0, i-maxDeclaration):end], "xinclude") || fold.Contains(tag, "parse=")) {
		f.add(i, end, 0.88, "inclusion")
	}
}

type origin uint8

const (
	internal origin = iota
	system
	public
)

// external reads SYSTEM or PUBLIC at j and returns where what follows begins.
func (f *finder) external(j int) (origin, int) {
	switch rest := f.text[min(j, len(f.text)):]; {
	case fold.HasPrefix(rest, "system"):
		return system, f.blanks(j + len("system"))
	case fold.HasPrefix(rest, "public"):
		return public, f.blanks(j + len("public"))
	}
	return internal, j
}

// quoted returns the bounds of the literal whose quote is at j; both are j when there is none. One that does
// not end within reach goes as far as that.
func (f *finder) quoted(j int) (from, to int) {
	if j >= len(f.text) || f.text[j] != '"' && f.text[j] != '\'' {
		j = min(j, len(f.text))
		return j, j
	}
	end := min(len(f.text), j+maxDeclaration)
	if n := bytes.IndexByte(f.text[j+1:end], f.text[j]); n >= 0 {
		return j + 1, j + 1 + n
	}
	return j + 1, end
}

// blanks returns the first byte from j on that is no white space, within reach.
func (f *finder) blanks(j int) int {
	for n := 0; j < len(f.text) && f.text[j] <= ' ' && n < 64; n++ {
		j++
	}
	return min(j, len(f.text))
}

func (f *finder) word(j int) int {
	for n := 0; j < len(f.text) && nameByte(f.text[j]) && n < 128; n++ {
		j++
	}
	return j
}

func nameByte(c byte) bool {
	return c|0x20-'a' < 26 || c-'0' < 10 || c == ':' || c == '_' || c == '-' || c == '.' || c >= 0x80
}

// references counts the references to entities in a value.
func references(value []byte) (n int) {
	for i := 0; i+2 < len(value); i++ {
		if (value[i] == '&' || value[i] == '%') && value[i+1] != '#' && nameByte(value[i+1]) {
			n++
		}
	}
	return n
}

// repeated counts the references to one general entity with which a value begins.
func repeated(value []byte) (n int) {
	end := bytes.IndexByte(value[:min(len(value), 128)], ';')
	if end < 2 || value[0] != '&' || value[1] == '#' {
		return 0
	}
	one := value[:end+1]
	for bytes.HasPrefix(value, one) {
		value = value[len(one):]
		n++
	}
	return n
}

// formal reports whether a public identifier is one of a standard's.
func formal(id []byte) bool {
	return fold.HasPrefix(id, "-//") || fold.HasPrefix(id, "+//") || fold.HasPrefix(id, "iso") || fold.Contains(id, "//dtd ")
}

// absolute reports whether a system identifier leaves the document's place.
func absolute(uri []byte) bool {
	return fold.Contains(uri[:min(len(uri), 16)], ":/") || fold.HasPrefix(uri, "//") || fold.HasPrefix(uri, "\\\\") || fold.HasPrefix(uri, "/") || fold.Contains(uri, "../..")
}

// known reports whether the identifier is a published definition that parsers ship with.
func known(uri []byte) bool {
	for _, host := range [...]string{"http://www.w3.org/", "http://java.sun.com/", "http://www.apple.com/dtds/", "http://www.oasis-open.org/", "http://xmlns.jcp.org/", "https://www.w3.org/"} {
		if fold.HasPrefix(uri, host) {
			return true
		}
	}
	return false
}
