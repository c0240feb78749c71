package scan

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/swar"
)

// Nothing that runs an attack minds how many blanks stand between two words of it, or how long a comment of SQL there is. Detectors
// that read a bounded number of bytes do, and so long runs of blanks and long comments are cut short and what then stands together is
// read again for attacks.

const (
	// leastBlanks are so many that a sample lies among them.
	leastBlanks = sampleStep + 8
	// keptBlanks is what is left of more than that, so that an empty line stays one.
	keptBlanks = 2
	// leastComment is what is behind the mark that begins a comment, up to the one that ends it, at least.
	leastComment = 64
)

// onlyBlanks reports whether all eight bytes of w are blanks or control characters.
func onlyBlanks(w uint64) bool {
	return ((w&^swar.Highs)+swar.Ones*(0x7F-' ')|w)&swar.Highs == 0
}

// blanksAt reports whether text[i] is one of leastBlanks blanks.
func blanksAt(text []byte, i int) bool {
	start, end := blanksAround(text, i)
	return end-start >= leastBlanks
}

func blanksAround(text []byte, i int) (start, end int) {
	start, end = i, i
	for start > 0 && i-start < leastBlanks && text[start-1] <= ' ' {
		start--
	}
	for end < len(text) && end-start < leastBlanks && text[end] <= ' ' {
		end++
	}
	return start, end
}

// longComment returns the bounds of what is inside the first long comment of SQL from i on that stands among words; start is -1 when
// there is none.
func longComment(text []byte, i int) (start, end int) {
	for i < len(text) {
		star := bytes.IndexByte(text[i:], '*')
		if star < 0 {
			break
		}
		start = i + star + 1
		i = start
		if start < 2 || text[start-2] != '/' {
			continue
		}
		n := bytes.Index(text[start:], []byte("*/"))
		if n < 0 {
			break
		}
		if end = start + n; n >= leastComment && amidWords(text, start-len("/*"), end+len("*/")) {
			return start, end
		}
		i = end + len("*/")
	}
	return -1, 0
}

// amidWords reports whether what stands from start to end has a word, a quote or a parenthesis before it and behind: a comment in code
// seldom has, for it follows the end of a statement.
func amidWords(text []byte, start, end int) bool {
	for n := 0; n < leastBlanks && start > 0 && text[start-1] <= ' '; n++ {
		start--
	}
	for n := 0; n < leastBlanks && end < len(text) && text[end] <= ' '; n++ {
		end++
	}
	return start > 0 && end < len(text) && ofExpression[text[start-1]] && ofExpression[text[end]]
}

var ofExpression = func() (t [256]bool) {
	for c := range t {
		t[c] = isAlphanumeric(byte(c)) || c == '\'' || c == '"' || c == '`' || c == '(' || c == ')' || c == '@'
	}
	return t
}()

// condense writes v into b without most of the blanks of long runs and without the insides of long comments, and reports whether it
// has any.
func (b *buffer) condense(v *view) (condensed view, changed bool) {
	text := v.text
	n, kept := 0, 0
	from, to := longComment(text, 0)
	for i := 0; i < len(text); {
		start, end := i, i
		switch {
		case i == from:
			end = to
			from, to = longComment(text, to+len("*/"))
		case text[i] <= ' ':
			for end < len(text) && text[end] <= ' ' {
				end++
			}
			if i = end; end-start < leastBlanks {
				continue
			}
			start += keptBlanks
		default:
			i++
			continue
		}
		if !changed {
			changed = true
			b.grow(len(text))
		}
		b.copyRun(n, v, kept, start)
		n += start - kept
		i, kept = end, end
	}
	if !changed {
		return view{}, false
	}
	b.copyRun(n, v, kept, len(text))
	n += len(text) - kept
	b.at[n] = int32(v.offset(len(text)))
	condensed = *v
	condensed.text, condensed.at, condensed.ends, condensed.shift = b.text[:n], b.at[:n+1], nil, 0
	condensed.name, condensed.parent, condensed.filtered, condensed.condensed = "condensed", nil, false, true
	return condensed, true
}

// inspectCondensed looks for attacks in what v reads as when it is condensed. Of a long text, whose blocks were filtered last, it reads
// the parts around what is cut short.
func (e *engine) inspectCondensed(l *leaf, v *view, found class) {
	if found&classPadding == 0 || v.condensed {
		return
	}
	wanted := e.wanted
	e.wanted &^= allData // of which blanks are no part
	if len(v.text) <= wholeBytes {
		e.detectCondensed(l, v)
	} else {
		filtered := e.blocks
		for r, next, ok := filtered.next(v.text, 0, classPadding); ok; r, next, ok = filtered.next(v.text, next, classPadding) {
			e.padded = v.part(r.from, r.to)
			e.detectCondensed(l, &e.padded)
		}
		e.blocks = filtered
	}
	e.wanted = wanted
}

func (e *engine) detectCondensed(l *leaf, v *view) {
	if condensed, changed := e.masks[1].condense(v); changed {
		e.condensed = condensed
		e.detect(l, &e.condensed)
	}
}

// markComments adds classPadding to the blocks that long comments reach into.
func (b *blocks) markComments(text []byte) (all class) {
	for start, end := longComment(text, 0); start >= 0; start, end = longComment(text, end+len("*/")) {
		for i := start / blockBytes; i <= end/blockBytes && i < b.n; i++ {
			b.classes[i] |= classPadding
		}
		all = classPadding
	}
	return all
}
