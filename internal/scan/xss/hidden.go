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

// proves reports whether the argument between from and to is what only shows that a script ran: a small number, the page's own
// place, a word as a regular expression.
func (f *finder) proves(from, to int) bool {
	if from >= to || to-from > len("document.location") {
		return false
	}
	digits := 0
	for digits < to-from && f.text[from+digits]-'0' < 10 {
		digits++
	}
	switch {
	case digits > 0:
		return digits == to-from && digits < 5
	case f.text[from] == '/':
		return to-from > 2 && f.text[to-1] == '/'
	case contains(f.text, from, 1, "document."):
		return contains(f.text, from+9, 1, "domain") || contains(f.text, from+9, 1, "cookie") || contains(f.text, from+9, 1, "location")
	}
	return to-from == len("origin") && contains(f.text, from, 1, "origin")
}

// inScript reports whether the call at i stands where a script has one: behind a mark of its grammar that sentences do not have there, or
// as a method of the page's window.
func (f *finder) inScript(i int) bool {
	before := f.text[i-1]
	switch before {
	case '.':
		return f.global(i - 1)
	case '(':
		return i > 1 && identifier(f.text[i-2])
	case ',':
		return true
	}
	for i > 0 && f.text[i-1] == ' ' {
		i--
	}
	if i == 0 {
		return false
	}
	switch f.text[i-1] {
	case '=':
		return i < 2 || f.text[i-2] != '%' // <%= is a template's
	case '{', '[', '|', '&', '?', '~', '!', ';', '+', '}':
		return true
	case '>':
		return i > 1 && f.text[i-2] == '='
	}
	return false
}
