package scan

import (
	"bytes"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/pii"
)

// A long text is filtered in blocks, and an attack detector reads only the blocks that wake it, with what stands around
// them: one word of a page must not have the whole page read.
const (
	// wholeBytes is the longest text that is judged as a whole.
	wholeBytes = 1 << 10
	blockShift = 8
	blockBytes = 1 << blockShift
	// beforeBytes and afterBytes are read around blocks that wake a detector: it finds nothing that reaches further from
	// what woke it.
	beforeBytes = 128
	afterBytes  = 384
	// literalBytes bounds the literals of the prefilter.
	literalBytes = 64
)

// blocks are the reasons to look closer at each block of a text.
type blocks struct {
	classes [(windowBytes + blockBytes - 1) / blockBytes]class
	n       int
}

// filter asks the prefilter about every block of v, keeps the places of secrets' literals in seen, and returns what was
// found in all. Blocks that read as in the view that v was decoded from wake no detector again, and those from the middle of a
// file in base64 none but those of secrets and of what is itself written in base64.
func (b *blocks) filter(v *view, seen *sightings) (all class) {
	text := v.text
	seen.hits = seen.hits[:0]
	b.n = (len(text) + blockBytes - 1) / blockBytes
	clear(b.classes[:b.n])
	for i := 0; i < b.n; {
		first := i
		for i < b.n && !b.unchanged(v, i) {
			i++
		}
		if first < i {
			literals.read(text, first*blockBytes, min(i*blockBytes+literalBytes, len(text)), seen, b.classes[:], blockShift)
			continue
		}
		start := i * blockBytes
		b.classes[i] = classesOf(text[start:min(start+blockBytes, len(text))]) &^ telling
		i++
	}
	for i := range b.n {
		block := text[i*blockBytes : min((i+1)*blockBytes, len(text))]
		found := &b.classes[i]
		if *found&telling != 0 && *found&(classSpace|classColon) == 0 && ofFile(block) {
			*found &= classLiteral | ofFiles
		}
		*found |= disguise(text, i*blockBytes, min((i+1)*blockBytes, len(text)))
		all |= *found
	}
	return all | b.markComments(text)
}

// unchanged reports whether block i, and what a detector reads around it, is as in the view that v was decoded from.
func (b *blocks) unchanged(v *view, i int) bool {
	start := i * blockBytes
	return v.parent != nil && v.unchanged(max(0, start-beforeBytes), min(len(v.text), start+blockBytes+afterBytes))
}

// telling are the reasons to ask a detector.
const telling = allFamilies | classAt | classDigit | classLiteral

// ofFile reports whether a block is of base64 with random contents: of nothing else, but for a few line ends, and with many capitals,
// small letters and digits, as no address or list of words is, and no line of its own among it, as a number may stand on.
func ofFile(block []byte) bool {
	if len(block) < blockBytes {
		return false
	}
	var counts uint64
	for _, c := range block {
		counts += fileBytes[c]
	}
	count := func(kind int) uint64 { return counts >> (kind * countBits) & (1<<countBits - 1) }
	return count(fileCapital) >= blockBytes/8 && count(fileSmall) >= blockBytes/8 && count(fileDigit) >= blockBytes/16 &&
		count(fileMark) <= blockBytes/8 && count(fileOther) == 0 && !shortLine(block)
}

// shortLine reports whether a line lies within a block that is shorter than those that base64 is wrapped into.
func shortLine(block []byte) bool {
	end := bytes.IndexByte(block, '\n')
	for end >= 0 {
		width := bytes.IndexByte(block[end+1:], '\n')
		if width >= 0 && width < minWrapped {
			return true
		}
		if width < 0 {
			break
		}
		end += 1 + width
	}
	return false
}

// What bytes are in base64; a mark may be a line end. countBits is enough to count those of a block.
const (
	fileOther = iota
	fileCapital
	fileSmall
	fileDigit
	fileMark
	countBits = 12
)

// fileBytes has a one where that kind of byte is counted.
var fileBytes = func() (t [256]uint64) {
	for c := range t {
		kind := fileOther
		switch {
		case c >= 'A' && c <= 'Z':
			kind = fileCapital
		case c >= 'a' && c <= 'z':
			kind = fileSmall
		case c >= '0' && c <= '9':
			kind = fileDigit
		case c < 0x80 && strings.IndexByte("+/-_=\r\n", byte(c)) >= 0:
			kind = fileMark
		}
		t[c] = 1 << (kind * countBits)
	}
	return t
}()

// allFamilies are the classes of attack families.
const allFamilies = 1<<numFamilies - 1

// ofFiles are the classes of families of which something is written in base64, which a file in base64 is no different from.
var ofFiles = func() (all class) {
	for i := range families {
		if families[i].inFiles {
			all |= 1 << i
		}
	}
	return all
}()

// region is a part of a text to look closer at, and why.
type region struct {
	from, to int
	found    class
}

// next returns the part of text around the next blocks, from number i on, with one of the wanted classes, and the number
// to go on with. Parts that would overlap are one.
func (b *blocks) next(text []byte, i int, wanted class) (r region, after int, ok bool) {
	for i < b.n && b.classes[i]&wanted == 0 {
		i++
	}
	if i == b.n {
		return region{}, i, false
	}
	first, last := i, i
	for ; i < b.n && i-last <= (beforeBytes+afterBytes)/blockBytes; i++ {
		if b.classes[i]&wanted != 0 {
			last = i
			r.found |= b.classes[i]
		}
	}
	r.from = cut(text, first*blockBytes-beforeBytes)
	r.to = min(len(text), (last+1)*blockBytes+afterBytes)
	return r, last + 1, true
}

// cutReach bounds the search for a place to cut.
const cutReach = 96

// cut returns an offset near and before i behind the first letter of a word: what is read from there on does not begin like
// a text of its own, such as with a command or a keyword.
func cut(text []byte, i int) int {
	for j := i; j > 1 && j > i-cutReach; j-- {
		if isLetter(text[j-1]) && isLetter(text[j]) && isLetter(text[j+1]) && isLetter(text[j+2]) && isLetter(text[j+3]) && !isLetter(text[j-2]) {
			return j
		}
	}
	return max(i, 0)
}

// part is v from one offset of its text to another.
func (v *view) part(from, to int) view {
	p, s := *v, v.slice(from, to)
	p.text, p.at, p.shift = s.text, s.at, s.shift
	p.filtered, p.parent, p.within = false, nil, from > 0
	return p
}

// unchanged reports whether v reads from one offset to the other as the view it was decoded from does there. An ampersand before
// a space is no news either: written as a reference it ends with a semicolon, which separates commands as it does.
func (v *view) unchanged(from, to int) bool {
	before := v.parent.text[v.parent.index(v.offset(from)):v.parent.index(v.offset(to))]
	after := v.text[from:to]
	for {
		more := len(before) - len(after)
		if more <= 0 || more%len(escaped) != 0 {
			return bytes.Equal(before, after)
		}
		i := bytes.Index(before, ampersand)
		if i < 0 || i+1 >= len(after) || !bytes.Equal(before[:i+1], after[:i+1]) || after[i+1] != ' ' {
			return false
		}
		before, after = before[i+len(ampersand)-1:], after[i+1:]
	}
}

// escaped is what a reference to an ampersand has more than one.
const escaped = "amp;"

var ampersand = []byte("&amp; ")

// index is where the text stands that is written at an offset of the leaf.
func (v *view) index(offset int) int {
	if v.at == nil {
		return min(max(offset-v.shift, 0), len(v.text))
	}
	i, _ := slices.BinarySearch(v.at, int32(offset))
	return min(i, len(v.text))
}

// detectLong is detect for attacks in a text that is longer than wholeBytes.
func (e *engine) detectLong(l *leaf, v *view) (found class) {
	found = e.blocks.filter(v, &e.seen)
	for i := range families {
		if found>>i&1 == 0 || families[i].values || !e.looksFor(v, i) {
			continue
		}
		var tags openTags
		for r, next, ok := e.blocks.next(v.text, 0, 1<<i); ok; r, next, ok = e.blocks.next(v.text, next, 1<<i) {
			if families[i].inTags {
				if tag := tags.at(v.text, r.from); tag >= 0 { // besides: what begins a tag may be there to hide what is none
					e.part = e.begun.join(v, tag, min(tag+tagBytes, r.from), r.from, r.to)
					e.detectAttack(l, &e.part, i)
				}
			}
			e.part = v.part(r.from, r.to)
			e.detectAttack(l, &e.part, i)
		}
	}
	return found
}

// tagBytes is how much of a tag that began before a part is read with it.
const tagBytes = 64

// openTags follows the tags of a text from left to right: what stands in one is an attribute, however long those before it are.
type openTags struct {
	read int // up to which the text has been read
	open int // one more than the offset of the last < of a tag that no > has ended; 0 when there is none
}

// at returns where the tag begins that is open at an offset of the text, not before that of the last call; -1 when none is.
func (o *openTags) at(text []byte, offset int) int {
	if skipped := text[min(o.read, offset):offset]; o.open != 0 && bytes.IndexByte(skipped, '>') >= 0 || bytes.IndexByte(skipped, '<') >= 0 {
		o.follow(text, offset)
	}
	o.read = max(o.read, offset)
	return o.open - 1
}

// follow looks for the last tag that begins or ends before an offset.
func (o *openTags) follow(text []byte, offset int) {
	for i := offset - 1; i >= o.read; i-- {
		if text[i] == '>' {
			o.open = 0
			return
		}
		if text[i] == '<' && i+1 < len(text) && (isLetter(text[i+1]) || text[i+1] == '/') {
			o.open = i + 1
			return
		}
	}
}

// join is v from one offset to another with what stands between two others before it.
func (b *buffer) join(v *view, first, last, from, to int) view {
	n := last - first
	b.grow(n + to - from)
	b.copyRun(0, v, first, last)
	b.copyRun(n, v, from, to)
	b.at[n+to-from] = int32(v.offset(to))
	return view{text: b.text, at: b.at, name: v.name, key: v.key, where: v.where, bare: v.bare, round: v.round, words: v.words}
}

// looksFor reports whether a family is asked about a view.
func (e *engine) looksFor(v *view, family int) bool {
	return e.wants(int(pii.NumTypes)+family) && (!v.words || families[family].ofWords)
}

// unmaskLong is unmask for a text that is longer than wholeBytes, whose blocks were filtered last.
func (e *engine) unmaskLong(l *leaf, v *view) {
	filtered := e.blocks
	const wanted = classScript | classSpaced | classLeet
	for r, next, ok := filtered.next(v.text, 0, wanted); ok; r, next, ok = filtered.next(v.text, next, wanted) {
		e.masked = v.part(r.from, r.to)
		e.unmaskPart(l, &e.masked, r.found)
	}
}
