package xss

// maxSmudge bounds the bytes between a handler's name and its equals sign.
const maxSmudge = 40

// smudged judges an event handler with something other than a blank before its equals sign, at q: old
// parsers dropped it (onload!#$=go()). It returns where reading goes on.
func (f *finder) smudged(t *tag, q int) int {
	for k := q; k < len(f.text) && k < q+maxSmudge && f.text[k] != '>' && f.text[k] != '<'; {
		c, n := char(f.text, k)
		switch {
		case c == '=':
			if f.runs(k+n, k+n+40) {
				t.suspect(0.85, "event_handler")
			}
			return k + n
		case isLetter(c):
			return q
		}
		k += max(n, 1)
	}
	return q
}

// maxNested bounds the bytes of a value that are searched for a handler.
const maxNested = 256

// nested reports whether an attribute's value holds a handler with code: a value for a parser that ends it
// elsewhere, as a filter or a second template does.
func (f *finder) nested(from, to int) bool {
	for i := from; i+6 < min(to, from+maxNested); i++ {
		if f.text[i]|0x20 != 'o' || f.text[i+1]|0x20 != 'n' || i > 0 && (nameByte(f.text[i-1]) || inCode[f.text[i-1]]) {
			continue
		}
		j := i + 2
		for j < to && isLetter(f.text[j]) {
			j++
		}
		if _, known := event(f.text[i:j]); known && j < to && f.text[j] == '=' && f.sinks(j+1, min(to, j+maxHandler)) && f.runs(j+1, min(to, j+maxHandler)) {
			return true
		}
		i = max(i, j-1)
	}
	return false
}

// refreshes reports whether a refresh leaves for another host: a number, then an absolute URL.
func (f *finder) refreshes(from, to int) bool {
	i := from
	for i < to && (blank(f.text[i]) || f.text[i]-'0' < 10) {
		i++
	}
	if i == from || i >= to || f.text[i] != ';' && f.text[i] != ',' {
		return false
	}
	for i++; i < to && (blank(f.text[i]) || quoteIndex(f.text[i]) >= 0); i++ {
	}
	if contains(f.text, i, 1, "url=") {
		i += 4
	}
	for ; i < to && (blank(f.text[i]) || quoteIndex(f.text[i]) >= 0); i++ {
	}
	return absolute(f.text, i)
}

// maxBuried bounds the bytes of a link that are searched for a scheme inside it.
const maxBuried = 120

// buried reports whether a script URL with a call stands inside the value, where a decoder that fails on its
// beginning resumes.
func (f *finder) buried(from, to int) bool {
	for i := from + 6; i < min(to, from+maxBuried); i++ {
		if f.text[i] == ':' && contains(f.text, i-6, 1, "script:") {
			k := i + 1
			for k < to && isLetter(f.text[k]) {
				k++
			}
			if names.Class(f.text[i+1:k])&(jShow|jEval) != 0 {
				return true
			}
		}
	}
	return false
}
