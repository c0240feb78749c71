package scan

import (
	"bytes"
	"slices"
)

// Bounds of one channel, in bytes of text. Together they are what it holds at most: 10 KiB.
const (
	// contextBytes of what has been decided are kept at least, and twice as many at most, for what comes to be judged by.
	contextBytes = 1 << 10
	// maxOpenBytes of a value whose end is not there are held back; slideBytes of it remain then.
	maxOpenBytes = 4 << 10
	slideBytes   = 512
	// pieceBytes is how much is appended before it is judged.
	pieceBytes = 4 << 10
)

// piece is a part of a channel's text that one event carries.
type piece struct {
	event    int // offset in the body at which the event starts
	raw, end int // offsets in the body
	text, n  int // offset in the channel of its first byte, and how many it has
	escaped  bool
	// gap says that the text is not there as such: the line feed between two data lines.
	gap bool
}

// channel is one text that many events carry in pieces, such as the content of a choice.
type channel struct {
	id    uint64
	group uint32
	// json says that the pieces are JSON strings.
	json bool
	// nested says that the text is itself JSON.
	nested bool

	text []byte
	base int // offset in the channel of text[0]
	// settled is the offset in text before which everything has been decided, and may have left.
	settled int
	judged  int
	pieces  []piece // those that are not settled, in order

	// alert is where, as an offset in the channel, the prefilter has last seen something; 0 when it has seen nothing.
	alert int
	// said is what of a text that is sanitized has left last.
	said []byte
	// idle counts the events of the group since the last piece.
	idle int
	used int // when it was used last
	// dropping is the type of the value whose rest is being dropped, "" when none is.
	dropping string
	dropped  int
	// reported are the ends, as offsets in the channel, of the last findings by type number.
	reported [len(typeNames)]int
}

func (c *channel) reset(id uint64, group uint32) {
	*c = channel{id: id, group: group, text: c.text[:0], pieces: c.pieces[:0], said: c.said[:0]}
}

// holds reports whether something of the channel has not been decided.
func (c *channel) holds() bool { return len(c.pieces) > 0 }

// decodeString appends the text of a JSON string to dst until that has most bytes or a few more, and returns how much of raw it
// took.
func decodeString(dst, raw []byte, most int) ([]byte, int) {
	i := 0
	for i < len(raw) && len(dst) < most {
		n := bytes.IndexByte(raw[i:], '\\')
		if n < 0 {
			n = len(raw) - i
		}
		if n > 0 {
			n = min(n, most-len(dst))
			dst = append(dst, raw[i:i+n]...)
			i += n
			continue
		}
		r, width := decodeEscape(raw[i:])
		if width == 0 {
			r, width = asciiChar('\\'), 1
		}
		dst = append(dst, r.bytes[:r.n]...)
		i += width
	}
	return dst, i
}

// rawOffset is the offset in the body of the n-th byte of a piece; behind the character that byte is in when after is set.
func (p *piece) rawOffset(held []byte, n int, after bool) int {
	switch {
	case n >= p.n:
		return p.end
	case !p.escaped:
		return p.raw + n
	}
	i, at := 0, 0
	for at < n {
		width, size := 1, 1
		if held[i] == '\\' {
			if r, w := decodeEscape(held[i:]); w > 0 {
				width, size = w, r.n
			}
		}
		if at+size > n && !after {
			break
		}
		i += width
		at += size
	}
	return p.raw + i
}

// append adds a piece to the text.
func (c *channel) append(p piece, text []byte) {
	c.text = append(c.text, text...)
	if c.holds() || len(text) > 0 {
		c.pieces = append(c.pieces, p)
	}
	c.idle = 0
}

// settle marks everything before offset end of the text as decided.
func (c *channel) settle(end int) {
	c.settled = max(c.settled, end)
	done := 0
	for done < len(c.pieces) && c.pieces[done].text+c.pieces[done].n <= c.base+c.settled {
		done++
	}
	c.pieces = slices.Delete(c.pieces, 0, done)
}

// trim drops what is too far back to matter.
func (c *channel) trim() {
	if c.settled <= 2*contextBytes {
		return
	}
	cut := c.settled - contextBytes
	// Where a word ends, so that what is judged does not begin inside a value.
	if space := bytes.IndexByte(c.text[cut:cut+contextBytes/2], ' '); space >= 0 {
		cut += space
	}
	c.forget(cut)
}

// forget drops the first n bytes of the text.
func (c *channel) forget(n int) {
	c.text = c.text[:copy(c.text, c.text[n:])]
	c.base += n
	c.settled -= n
	c.judged -= n
}
