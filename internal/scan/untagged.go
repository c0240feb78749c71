package scan

import "strings"

// stretch is a part of a text that is part of the text without tags, or what stands for a line end in it.
type stretch struct {
	from, to int32
	lineEnd  bool
}

// judgePlain looks for data in the text without tags where they may have split some.
func (r *tagReader) judgePlain() {
	e := r.engine
	n := min(r.near, r.size) - r.nearFrom
	if n == r.size-r.nearFrom {
		r.plain.at[n] = int32(r.view.offset(len(r.view.text)))
	}
	r.text = view{
		text: r.plain.text[:n], at: r.plain.at[:n+1], ends: r.ends[:n], name: markupView,
		key: r.view.key, where: r.view.where, round: r.view.round,
	}
	if n > wholeBytes {
		e.lookForData(r.leaf, &r.text, r.blocks.filter(&r.text, &e.seen), &r.blocks)
		return
	}
	e.lookForData(r.leaf, &r.text, literals.scan(r.text.text, &e.seen), nil)
}

// join notes that a tag stood in what may be a value, where the text without tags ends now.
func (r *tagReader) join() {
	if from := max(0, r.size-beforeBytes); !r.joined || from > r.near {
		if r.joined {
			r.judgePlain()
		}
		r.joined, r.nearFrom = true, from
		r.recall()
	}
	r.near = r.size + afterBytes
}

// recall writes to plain what the text without tags has ended with, from nearFrom on.
func (r *tagReader) recall() {
	if n := len(r.view.text); cap(r.ends) < n {
		r.plain.grow(n)
		r.ends = make([]int32, len(r.plain.text))
	}
	r.plain.grow(len(r.view.text))
	known, first := 0, r.written
	for wanted := r.size - r.nearFrom; known < wanted; {
		first--
		known += r.stretches[first%len(r.stretches)].size()
	}
	at := r.size - known
	for i := first; i < r.written; i++ {
		p := r.stretches[i%len(r.stretches)]
		n := p.size()
		if at < r.nearFrom { // the first one may begin earlier
			p.from += int32(r.nearFrom - at)
		}
		r.write(p, max(at, r.nearFrom))
		at += n
	}
}

// size is how many bytes of the text without tags a stretch is.
func (p *stretch) size() int {
	if p.lineEnd {
		return 1
	}
	return int(p.to - p.from)
}

// add appends a stretch to the text without tags.
func (r *tagReader) add(p stretch) {
	if r.joined && r.size < r.near+beforeBytes { // so far a tag may make what is looked at longer
		r.write(p, r.size)
	}
	r.stretches[r.written%len(r.stretches)] = p
	r.written++
	r.size += p.size()
	r.last = '\n'
	if !p.lineEnd {
		r.last = r.view.text[p.to-1]
	}
}

// write puts a stretch at an offset of the text without tags into plain.
func (r *tagReader) write(p stretch, at int) {
	at -= r.nearFrom
	from, to := int(p.from), int(p.to)
	if p.lineEnd {
		r.plain.text[at], r.plain.at[at], r.ends[at] = '\n', int32(r.view.offset(from)), int32(r.view.offset(to))
		r.plain.at[at+1] = int32(r.view.offset(to))
		return
	}
	n := to - from
	r.plain.copyRun(at, r.view, from, to)
	copy(r.ends[at:], r.plain.at[at+1:at+n])
	r.ends[at+n-1] = int32(r.view.offset(to))
	r.plain.at[at+n] = int32(r.view.offset(to))
}

// drop leaves text[from:to] out of the plain text; what does not part words joins what is on both sides.
func (r *tagReader) drop(text []byte, from, to int, joins bool) {
	r.copy(from)
	r.from = to
	if r.size == 0 {
		return
	}
	if !joins {
		r.add(stretch{int32(from), int32(to), true})
		return
	}
	if splits(r.last, text[to:]) && r.engine.wanted&allData != 0 {
		r.join()
	}
}

// splits reports whether what stands on both sides of a tag may belong to one value: it goes on behind a space at most.
func splits(before byte, rest []byte) bool {
	if len(rest) == 0 {
		return false
	}
	after := rest[0]
	if after == ' ' && len(rest) > 1 && !isAlphanumeric(rest[1]) && strings.IndexByte("<(+-", rest[1]) < 0 || before == '\n' || after == '\n' {
		return false
	}
	return digit(before) || digit(after) || before == '@' || after == '@' || isLetter(before) && isLetter(after)
}

// copy makes the text up to an offset a stretch.
func (r *tagReader) copy(to int) {
	if to > r.from {
		r.add(stretch{from: int32(r.from), to: int32(to)})
		r.from = to
	}
}
