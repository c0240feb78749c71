package scan

import "github.com/meshwarden/meshwarden/internal/scan/swar"

// Disguises are readings for people and models, which no interpreter decodes: letters of other scripts, letters spaced
// out, leetspeak. They are tried once, on the most decoded reading of a leaf, and only where a sample of it looks so.

// Samples of eight bytes are taken every sampleStep bytes of texts of leastDisguised bytes and more, more often of shorter
// ones.
const (
	leastDisguised  = 24
	sampleStep      = 32
	shortText       = 64
	shortSampleStep = 16
)

// disguise returns the reasons to read text[from:to] as disguised. A spaced text of 40 bytes, or one in leetspeak, cannot hide
// between samples.
func disguise(text []byte, from, to int) (found class) {
	if to-from < leastDisguised {
		return 0
	}
	step := sampleStep
	if to-from < shortText {
		step = shortSampleStep
	}
	for i := from; i+8 <= to; i += step {
		w := swar.Load(text[i:])
		letters := swar.Letters(w)
		if letters == 0 && found&classPadding == 0 && onlyBlanks(w) && blanksAt(text, i) {
			found |= classPadding
		}
		if letters != 0 && letters&(letters>>8) == 0 && letters&(letters-1) != 0 && found&classSpaced == 0 && spacedAt(text, i+swar.First(letters)) {
			found |= classSpaced
		}
		if beside := swar.Digits(w) & (letters<<8 | letters>>8); beside != 0 && found&classLeet == 0 && leetAt(text, i+swar.First(beside)) {
			found |= classLeet
		}
	}
	return found
}

// spacedAt reports whether the letter at i is one of leastSpaced that are spaced out.
func spacedAt(text []byte, i int) bool {
	if !alone(text, i) {
		return false
	}
	n := 1
	for j := nextAlone(text, i); j >= 0 && n < leastSpaced; j = nextAlone(text, j) {
		n++
	}
	for j := aloneBefore(text, i); j >= 0 && n < leastSpaced; j = aloneBefore(text, j) {
		n++
	}
	return n >= leastSpaced
}

// leetAt reports whether the character at i is one of a word in leetspeak.
func leetAt(text []byte, i int) bool {
	start := i
	for start > 0 && i-start <= longestLeetWord && wordEnd(text[start-1:start], 0) == 1 {
		start--
	}
	return leetWord(text[start:wordEnd(text[:min(len(text), start+longestLeetWord+1)], start)])
}

// unmask inspects the disguises of a reading that decodes no further. Each is judged as it is.
func (e *engine) unmask(l *leaf, v *view, found class) {
	if len(v.text) > wholeBytes {
		e.unmaskLong(l, v)
		return
	}
	e.unmaskPart(l, v, found|disguise(v.text, 0, len(v.text)))
}

func (e *engine) unmaskPart(l *leaf, v *view, found class) {
	plain := v
	if found&classScript != 0 {
		if folded, changed := e.masks[0].foldScripts(v); changed {
			e.unmasked[0] = folded
			plain = &e.unmasked[0]
			found = e.detect(l, plain) | found&(classSpaced|classLeet)
		}
	}
	if found&classSpaced != 0 {
		if squashed, changed := e.masks[1].squash(plain); changed {
			e.unmasked[1] = squashed
			e.detect(l, &e.unmasked[1])
		}
	}
	if found&(classLeet|classSpace) == classLeet|classSpace {
		if spelled, changed := e.masks[2].unleet(plain); changed {
			e.unmasked[2] = spelled
			e.detect(l, &e.unmasked[2])
		}
	}
}

// disguised is the view of the first n bytes of b, a reading of v by people.
func (v *view) disguised(b *buffer, n int, name string) view {
	return view{text: b.text[:n], at: b.at[:n+1], name: name, key: v.key, where: v.where, round: v.round, words: name != "folded", within: v.within}
}

// Letters are spaced out when leastSpaced of them stand alone, with at most maxGap bytes from one to the next; a gap
// that is longer than the usual one of the run, or another, parts two words.
const (
	leastSpaced = 5
	maxGap      = 6
)

// squash writes v into b with letters that are spaced out moved together, and reports whether there are any.
func (b *buffer) squash(v *view) (squashed view, changed bool) {
	text := v.text
	n, kept := 0, 0
	for i := 0; i < len(text); {
		if !alone(text, i) {
			i++
			continue
		}
		end, letters, gap := spacedRun(text, i)
		if letters < leastSpaced {
			i = end
			continue
		}
		if !changed {
			changed = true
			b.grow(len(text))
		}
		b.copyRun(n, v, kept, i)
		n += i - kept
		for i < end {
			b.text[n], b.at[n] = text[i], int32(v.offset(i))
			n++
			next := nextAlone(text, i)
			if next < 0 || next >= end {
				i++
				break
			}
			if next-i-1 > gap {
				b.text[n], b.at[n] = ' ', int32(v.offset(i+1))
				n++
			}
			i = next
		}
		kept = i
	}
	if !changed {
		return view{}, false
	}
	b.copyRun(n, v, kept, len(text))
	n += len(text) - kept
	b.at[n] = int32(v.offset(len(text)))
	return v.disguised(b, n, "squashed"), true
}

// alone reports whether a letter without letters or digits beside it stands at i.
func alone(text []byte, i int) bool {
	return isLetter(text[i]) && (i == 0 || !isAlphanumeric(text[i-1])) && (i+1 == len(text) || !isAlphanumeric(text[i+1]))
}

func isAlphanumeric(c byte) bool { return isLetter(c) || digit(c) }

// nextAlone returns where the next letter behind the one at i stands alone, -1 when something else or too much is between.
func nextAlone(text []byte, i int) int {
	for j := i + 1; j < len(text) && j-i-1 <= maxGap; j++ {
		if isAlphanumeric(text[j]) {
			if j > i+1 && alone(text, j) {
				return j
			}
			return -1
		}
	}
	return -1
}

// aloneBefore is nextAlone for the letter before the one at i.
func aloneBefore(text []byte, i int) int {
	for j := i - 1; j >= 0 && i-j-1 <= maxGap; j-- {
		if isAlphanumeric(text[j]) {
			if j < i-1 && alone(text, j) {
				return j
			}
			return -1
		}
	}
	return -1
}

// spacedRun returns where the run of lone letters that begins at i ends, their number, and their least distance, which is
// that within words.
func spacedRun(text []byte, i int) (end, letters, gap int) {
	gap = maxGap
	for letters = 1; ; letters++ {
		next := nextAlone(text, i)
		if next < 0 {
			return i + 1, letters, gap
		}
		gap = min(gap, next-i-1)
		i = next
	}
}
