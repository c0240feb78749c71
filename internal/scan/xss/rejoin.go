package xss

import "sync"

// maxSplit bounds a tag that stands inside a word.
const maxSplit = 16

// maxRejoined bounds the text whose split words are joined again.
const maxRejoined = 2048

// buffers holds the joined texts: they are too large for a stack that WebAssembly shares.
var buffers = sync.Pool{New: func() any { return new([maxRejoined]byte) }}

// rejoin judges the text without the tags that stand inside words: a filter that removes them puts an attack
// together (on<x>error=).
func (f *finder) rejoin() {
	if len(f.text) > maxRejoined {
		return
	}
	buf := buffers.Get().(*[maxRejoined]byte)
	defer buffers.Put(buf)
	n := 0
	for i := 0; i < len(f.text); i++ {
		if f.text[i] == '<' && i > 0 && isLetter(f.text[i-1]) {
			if j := f.bracket(i); j > 0 && j < len(f.text) && isLetter(f.text[j]) {
				i = j - 1
				continue
			}
		}
		buf[n] = f.text[i]
		n++
	}
	joined := finder{text: buf[:n], dst: f.dst}
	joined.scan()
	best := float32(0)
	for _, m := range joined.dst[len(f.dst):] {
		best = max(best, m.Confidence)
	}
	if best >= embeds {
		f.add(0, len(f.text), best, "split_by_tags")
	}
}

// bracket returns the byte after the short tag at i, 0 when there is none.
func (f *finder) bracket(i int) int {
	for j := i + 1; j < len(f.text) && j < i+maxSplit; j++ {
		if f.text[j] == '>' {
			return j + 1
		}
	}
	return 0
}
