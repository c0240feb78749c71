// Package log4shell finds Log4j lookups that reach for JNDI in one decoded text, however they are nested and
// spelled. It knows nothing of bodies, views or policies.
package log4shell

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// Critical, as scan.Critical: the logging library loads what the address names.
const severity = 3

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them, whatever its
// case.
var Triggers = []string{"${"}

// Bounds of one lookup: the bytes that are read of it, nested ones included, and how deep it nests.
const (
	maxLookup = 512
	maxDepth  = 24
)

// Find appends the lookups in text to dst, with byte offsets into text. Its time is linear in len(text): what was
// read of a lookup is read once more at most, from the innermost one that did not end. It allocates only to grow
// dst.
func Find(text []byte, dst []match.Match) []match.Match {
	if asks(text) {
		return append(dst, match.Match{End: len(text), Confidence: 0.82, Severity: severity, Rule: "lookup_probe"})
	}
	for i := 0; ; {
		n := bytes.Index(text[i:], []byte("${"))
		if n < 0 {
			return dst
		}
		i += n
		var r reader
		end, found := r.read(text, i)
		if found {
			dst = append(dst, match.Match{Start: i, End: end, Confidence: 0.98, Severity: severity, Rule: "jndi_lookup"})
		}
		i = max(end, i+2)
	}
}

// asks reports whether a text is nothing but a lookup of what Java runs on, by which Log4j is told from other loggers.
func asks(text []byte) bool {
	if !fold.HasPrefix(text, "${java:") || text[len(text)-1] != '}' {
		return false
	}
	switch string(text[len("${java:") : len(text)-1]) {
	case "os", "hw", "vm", "version", "runtime", "locale":
		return true
	}
	return false
}

// reader resolves one lookup the way Log4j does: the innermost first, each replaced by its value.
type reader struct {
	resolved [maxLookup]byte
	n        int
	// opened is where the open lookups begin in resolved, and began where in the text.
	opened, began [maxDepth]int
	depth         int
	// spelled counts the lookups inside others that stand for one letter each, those twice that nobody needs: ${lower:j}, ${::-j}.
	spelled int
}

// maxSpelled is how many letters may be spelled by lookups before that alone says that a name is hidden.
const maxSpelled = 4

// read resolves the lookup at text[i], "${", and returns where reading has to go on. found says that jndi: came out.
func (r *reader) read(text []byte, i int) (end int, found bool) {
	stop := min(len(text), i+maxLookup)
	for j := i; j < stop; j++ {
		switch c := text[j]; {
		case c == '$' && j+1 < stop && text[j+1] == '{':
			if r.depth == maxDepth {
				return j, false
			}
			r.open(j)
			j++
			continue
		case c == '{' && r.n > 0 && r.resolved[r.n-1] == '$': // a value that ends in $ begins the next lookup
			if r.depth == maxDepth {
				return j, false
			}
			r.n--
			r.open(j)
			continue
		case c == '}':
			r.close()
			if r.spelled >= maxSpelled {
				return j + 1, true
			}
			if r.depth == 0 && (r.n == 0 || r.resolved[r.n-1] != '$') {
				return j + 1, false
			}
		case c < ' ' && c != '\t', c == '"':
			return j, false // no lookup of one line
		case c == '\'': // date:'j' is j
		case r.dotless(text[j:]):
			r.push('i')
			j++
		default:
			r.push(fold.Lower(c))
		}
		if r.jndi() {
			return j + 1, true
		}
	}
	if stop == len(text) || r.depth == 0 {
		return stop, false
	}
	return max(i+2, r.began[r.depth-1]), false
}

func (r *reader) open(at int) {
	r.opened[r.depth], r.began[r.depth] = r.n, at
	r.depth++
}

// close replaces the innermost lookup by its value: the default behind :-, or what follows the lookup's name
// (lower:x).
func (r *reader) close() {
	if r.depth == 0 {
		return
	}
	r.depth--
	mark := r.opened[r.depth]
	inner := r.resolved[mark:r.n]
	from := 0
	if k := bytes.Index(inner, []byte(":-")); k >= 0 {
		from = k + 2
	} else if k := bytes.LastIndexByte(inner, ':'); k >= 0 {
		from = k + 1
	}
	if from > 0 && len(inner) == from+1 && r.depth > 0 && fold.Letter(inner[from]) {
		r.spelled++
		if inner[0] == ':' || fold.HasPrefix(inner, "lower:") || fold.HasPrefix(inner, "upper:") {
			r.spelled++
		}
	}
	r.n = mark + copy(inner, inner[from:])
}

func (r *reader) push(c byte) {
	r.resolved[r.n] = c // never more bytes than were read
	r.n++
}

// jndi reports whether what was resolved so far ends in the name of the lookup.
func (r *reader) jndi() bool {
	return r.n >= len("jndi:") && string(r.resolved[r.n-len("jndi:"):r.n]) == "jndi:"
}

// dotless reports whether b begins with U+0131, which is I in upper case, or U+0130, which is i in lower case.
func (r *reader) dotless(b []byte) bool {
	return len(b) > 1 && b[0] == 0xC4 && (b[1] == 0xB1 || b[1] == 0xB0)
}
