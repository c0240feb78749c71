package cmdi

import "github.com/meshwarden/meshwarden/internal/scan/fold"

// maxLookup bounds the bytes of one ${...} that are read, nested ones included.
const maxLookup = 256

// lookup judges ${...} at i: a Log4j lookup that resolves to jndi:, however it is nested. It returns
// the last byte read, so that nested lookups are read once.
func (f *finder) lookup(i int) int {
	if i > 0 && wordByte(f.text[i-1]) && fold.HasPrefix(f.text[i:], "${ifs") {
		f.add(i, i+5, 0.85, "ifs_expansion")
		return i + 4
	}
	if i <= 8 && f.interpolated(i+2) {
		f.add(i, i+3, 0.86, "code_interpolation")
	}
	var buf [64]byte // the last characters of what the lookup resolves to
	n := 0
	var marks [8]int // where the value of each open lookup begins in buf
	depth := 0
	stop := min(len(f.text), i+maxLookup)
	j := i
	for ; j < stop; j++ {
		c := f.text[j]
		switch {
		case c == '$' && j+1 < stop && f.text[j+1] == '{':
			if depth == len(marks) {
				return j
			}
			marks[depth] = n
			depth++
			j++
			continue
		case c == '}':
			if depth > 0 {
				depth--
				n = resolve(buf[:n], marks[depth])
			}
			if depth == 0 {
				return j
			}
			if f.jndi(buf[:n], i, j) {
				return j
			}
			continue
		case c <= ' ' && c != ' ' || c == '"':
			return j
		}
		if n == len(buf) {
			return j
		}
		buf[n] = lower(c)
		n++
		if c == ':' && f.jndi(buf[:n], i, j) {
			return j
		}
	}
	return max(i+1, j-1)
}

// jndi reports whether what was resolved ends in jndi:, and adds the match.
func (f *finder) jndi(resolved []byte, i, j int) bool {
	n := len(resolved)
	if n < 5 || string(resolved[n-5:]) != "jndi:" {
		return false
	}
	f.add(i, j+1, 0.98, "jndi_lookup")
	return true
}

// resolve replaces the lookup that begins at mark by its value: the default after :-, or what follows
// the lookup's name (lower:x), and returns the new length.
func resolve(buf []byte, mark int) int {
	from := mark
	for k := mark; k < len(buf); k++ {
		if buf[k] == ':' {
			from = k + 1
			if from < len(buf) && buf[from] == '-' {
				from++
				break // the rest is the default
			}
		}
	}
	return mark + copy(buf[mark:], buf[from:])
}
