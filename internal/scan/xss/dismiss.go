package xss

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
)

// Doubtful are those of Triggers that pages and prose are full of. One counts only where Dismiss does not dismiss it.
var Doubtful = []string{"<"}

// Dismiss reports whether the bracket that ends at text[:end] begins nothing that runs: no tag, or one of an element that shows
// text, whose attributes bind no code, are no styles but plain ones and lead to no script. It reads a bounded number of bytes, and when it is
// not sure it does not dismiss.
func Dismiss(text []byte, end int) bool {
	if end == len(text) {
		return true
	}
	switch c := text[end]; {
	case isLetter(c):
		return ordinary(text, end-1, end, false)
	case c == '/' && end+1 < len(text) && isLetter(text[end+1]):
		return ordinary(text, end-1, end+1, true)
	case c == '!':
		return end+1 == len(text) || text[end+1]|0x20 != 'e'
	case c == '?':
		return fold.HasPrefix(text[end:], "?xml ")
	case c == 0 || c == '\\' || c == '%' || c == '&' || c == '/':
		return false // what some parsers drop before the name, or stands for a letter of it
	case blank(c):
		return len(text) > maxWhole || !spaced(text, end)
	case c == ':':
		return len(text) > maxWhole // a prefix without a name
	}
	return true
}

// spaced reports whether letters that stand alone follow at i, as in a tag that is spelled with blanks.
func spaced(text []byte, i int) bool {
	for i < len(text) && blank(text[i]) {
		i++
	}
	return i+1 < len(text) && isLetter(text[i]) && !isLetter(text[i+1])
}

// maxTag bounds the bytes of a tag that Dismiss reads.
const maxTag = 1024

// ordinary reports whether the tag at i, whose name begins at j, is of an element that shows text and does no more.
func ordinary(text []byte, i, j int, closing bool) bool {
	k := j
	for k < len(text) && nameByte(text[k]) {
		k++
	}
	if k == len(text) || text[k] < ' ' && !blank(text[k]) || text[k] == 0 || text[k] == '\\' || text[k] == '&' || text[k] == '%' {
		return false
	}
	if !closing && !shows(text[j:k]) {
		return false
	}
	end := attributesEnd(text, k, min(len(text), i+maxTag))
	return end > 0 && !(i > 0 && isLetter(text[i-1]) && end < len(text) && end < i+maxSplit && isLetter(text[end]) && splits(text, i, end))
}

// shows reports whether an element only shows what is in it.
func shows(name []byte) bool {
	const does = eScript | eFrame | eStyle | eBase | eMeta | eAnimate | eIsland | eSheet
	if c := bytes.IndexByte(name, ':'); c >= 0 && c+1 < len(name) && names.Class(name) == 0 {
		name = name[c+1:]
	}
	return names.Class(name)&does == 0 &&
		!(len(name) > 6 && (fold.Equal(name, "noscript") || fold.Equal(name, "isindex") || fold.HasPrefix(name, "import") || fold.Equal(name, "vmlframe")))
}

// attributesEnd returns where the tag ends whose attributes begin at p, if they do nothing, else 0.
func attributesEnd(text []byte, p, stop int) int {
	var name []byte
	for p < stop {
		switch c := text[p]; {
		case c == '>':
			return p + 1
		case c == '<' && p+1 < len(text) && (isLetter(text[p+1]) || text[p+1] == '/' || text[p+1] == '!'):
			return p
		case c == '=' && name != nil:
			if p = plainValue(text, name, p+1, stop); p == 0 {
				return 0
			}
			name = nil
		case isLetter(c) || c == '@' || c == ':':
			q := p + 1
			for q < stop && nameByte(text[q]) {
				q++
			}
			name = text[p:q]
			if is, _ := event(name); is {
				return 0
			}
			p = q
		case c == '\\' || c == '%' || c == '&':
			return 0
		default:
			if c == '"' || c == '\'' || c == '/' {
				name = nil
			}
			p++
		}
	}
	return 0
}

// plainValue returns where the value of an attribute at p ends, if it does nothing, else 0.
func plainValue(text, name []byte, p, stop int) int {
	for p < stop && blank(text[p]) {
		p++
	}
	if p == stop || text[p] == '\\' || text[p] == '%' || text[p] == '&' {
		return 0
	}
	from, to := p, p
	var next int
	if quoteIndex(text[p]) >= 0 {
		from = p + 1
		for to = from; to < stop && text[to] != text[p]; to++ {
		}
		next = to + 1
	} else {
		for to < stop && text[to] != '>' && !blank(text[to]) && text[to] != '<' && text[to] != '\\' && text[to] != '%' {
			to++
		}
		next = to
	}
	if to == stop || name[0] == '@' || name[0] == ':' {
		return 0
	}
	class := names.Class(name)
	switch value := text[from:to]; {
	case class&(aDocument|aAnimated|aEvented|aCharset|aBinding) != 0, bound(name), prefixed(name),
		class&aStyle != 0 && !plainStyle(value), class&aURL != 0 && !plainLink(value):
		return 0
	}
	return next
}

// prefixed reports whether a name with a prefix may be that of an event handler: x:ontimer.
func prefixed(name []byte) bool {
	c := bytes.IndexByte(name, ':')
	return c > 0 && c+2 < len(name) && name[c+1]|0x20 == 'o' && name[c+2]|0x20 == 'n'
}

// plainStyle reports whether a style is of names, numbers and marks that call nothing.
func plainStyle(style []byte) bool {
	for i, c := range style {
		switch {
		case c|0x20 == 'b' && (fold.HasPrefix(style[i:], "behavio") || fold.HasPrefix(style[i:], "binding")):
			return false
		case isLetter(c), c-'0' < 10, c == ' ', c == ':', c == ';', c == '-', c == '.', c == '#', c == ',', c == '!', c == '_', c == '\n', c == '\'', c == '"':
		case c == '%' && (i+1 == len(style) || style[i+1] == ';' || style[i+1] == ' '):
		default:
			return false
		}
	}
	return !contains(style, 0, len(style), "script")
}

// plainLink reports whether what a link begins with is a path, a place in the page, a number, a word, or a scheme that runs nothing.
func plainLink(link []byte) bool {
	for i, c := range link {
		switch {
		case isLetter(c), c-'0' < 10, c == '.', c == '-', c == '_', c == '+', c == ',', c == ' ' && i > 0:
		case c == ':':
			return names.Class(link[:i])&(uScript|uData) == 0
		case c == '/', c == '#', c == '?', c == '=', c == '*', c == '(', c == '{' && i == 0:
			return true
		default:
			return false
		}
	}
	return true
}

// splits reports whether the tag from i to end stands inside a word that means something to a script, or among other such tags.
func splits(text []byte, i, end int) bool {
	var word [maxName + maxName]byte
	from, to := i, end
	for from > 0 && isLetter(text[from-1]) && i-from < maxName {
		from--
	}
	for to < len(text) && isLetter(text[to]) && to-end < maxName {
		to++
	}
	if i-from == maxName || to-end == maxName {
		return false
	}
	if from > 0 && text[from-1] == '>' || to < len(text) && text[to] == '<' {
		return true
	}
	n := copy(word[:], text[from:i])
	n += copy(word[n:], text[end:to])
	is, _ := event(word[:n])
	return is || names.Class(word[:n]) != 0
}
