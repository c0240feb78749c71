package traversal

// run is a sequence of parent steps in a path.
type run struct {
	start, end int
	steps      int
	level      disguise // the strongest of its steps
}

// run reads parent steps at i, with the current-directory segments among them.
func (f *finder) run(i int) run {
	r := run{start: i, end: i}
	for {
		end, level, ok := f.step(r.end)
		if ok {
			r.steps++
		} else if r.steps == 0 {
			return r
		} else if end, level, ok = f.here(r.end); !ok {
			return r
		}
		r.end, r.level = end, max(r.level, level)
	}
}

// here reads one current-directory segment (./) among steps: no client writes it there.
func (f *finder) here(i int) (end int, level disguise, ok bool) {
	d := f.unit(i)
	if d.unit != uDot {
		return i, plain, false
	}
	s := f.unit(i + d.n)
	if s.unit != uSlash {
		return i, plain, false
	}
	return f.slashes(i+d.n+s.n, max(once, d.level, s.level))
}

// unit reads the unit at i; a zero length at the end of the text.
func (f *finder) unit(i int) spelling {
	if i >= len(f.text) {
		return spelling{}
	}
	if f.lastAt != i+1 {
		f.last, f.lastAt = read(f.text, i), i+1
	}
	return f.last
}

// maxDots bounds the dots of one step.
const maxDots = 512

// step reads two or more dots and a slash, in any spelling.
func (f *finder) step(i int) (end int, level disguise, ok bool) {
	dots, wilds, j := 0, 0, i
	var first []byte // the bytes of an impossible encoding used as a dot
	for dots < maxDots {
		u := f.unit(j)
		switch {
		case u.unit == uDot:
		case u.unit == uWild && (dots < 2 && wilds == dots || wilds > 0 && string(f.text[j:j+u.n]) == string(first)):
			if first == nil {
				first = f.text[j : j+u.n]
			}
			wilds++
		case u.c == '?' && u.n == 1 && dots < 3:
			level = max(level, dressed)
		case u.unit == uNul && dots > 0 && u.n > 0:
			level = max(level, forged)
			j += u.n
			continue
		default:
			return f.closeStep(i, j, dots, wilds, level)
		}
		level = max(level, u.level)
		dots++
		j += u.n
	}
	f.tried = j
	return i, plain, false
}

// closeStep reads the slash after the dots that end at j.
func (f *finder) closeStep(i, j, dots, wilds int, level disguise) (int, disguise, bool) {
	f.tried = j
	if dots < 2 {
		return i, plain, false
	}
	u := f.unit(j)
	if u.c == ';' && u.n == 1 && j+1 < len(f.text) && f.text[j+1] != '\\' {
		level = max(level, forged)
		j++
		u = f.unit(j)
	}
	switch {
	case u.unit == uSlash, u.unit == uWild:
		level = max(level, u.level)
		j += u.n
	case (u.c == '2' || u.c == '5') && j+1 < len(f.text) && (f.text[j+1]|0x20 == 'f' && u.c == '2' || f.text[j+1]|0x20 == 'c' && u.c == '5'):
		// An escape that lost its percent sign (..2f..2f).
		level = max(level, dressed)
		j += 2
	default:
		return i, plain, false
	}
	if wilds > 0 {
		level = forged
	}
	if dots > 2 {
		level = max(level, dressed) // .../ and ..../ become ../ when a filter removes ../
	}
	// What only wildcards and a plain slash make (a?./b) is no step.
	if f.text[i] == '?' && u.level == plain && u.n == 1 && f.text[j-1] == '/' {
		return i, plain, false
	}
	return f.slashes(j, level)
}

// slashes skips more slashes after one that ends at j. Two of a kind are how code escapes or joins
// them; more, or both kinds, are a disguise.
func (f *finder) slashes(j int, level disguise) (int, disguise, bool) {
	first := f.text[j-1]
	for n := 1; n < maxDots; n++ {
		u := f.unit(j)
		if u.unit != uSlash {
			break
		}
		level = max(level, u.level, once)
		if n > 1 || u.n == 1 && f.text[j] != first {
			level = max(level, dressed)
		}
		j += u.n
	}
	return j, level, true
}
