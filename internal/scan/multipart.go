package scan

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/swar"
)

// Bounds of a multipart body. What exceeds one is read as text.
const (
	// maxBoundaryBytes is longer than the 70 characters of RFC 2046, because servers are.
	maxBoundaryBytes = 200
	// maxBoundaries are known at once: the body's, a contradicting one, those of multiparts within it.
	maxBoundaries = 4
	// maxPartHeadBytes is the longest header section of a part.
	maxPartHeadBytes = 4 << 10
)

// partState is where a multipartReader stands between two bytes.
type partState uint8

const (
	inContent   partState = iota // in a part, before the first or behind the last
	inBreak                      // behind a line break there, which a delimiter may follow
	inDelimiter                  // in the rest of a delimiter's line
	inPartHead                   // in the header section of a part
)

// delimiterRest is what has been read of a delimiter's line behind the boundary.
type delimiterRest uint8

const (
	nothingRest delimiterRest = iota
	dashRest
	closingRest // two dashes
	otherRest
)

// multipartReader takes a multipart body (RFC 2046 section 5.1, RFC 7578) apart into the headers of its parts, the text
// around them, and their content. No byte outside delimiters goes unread but the content of files that are known to be binary.
//
// Servers disagree about everything that the RFCs do not allow. Whatever one of them may take for a delimiter is one here,
// and at the first such place the reader has doubts: from there on the body is read as text as well, by its owner.
type multipartReader struct {
	state      partState
	boundaries [maxBoundaries][maxBoundaryBytes]byte
	sizes      [maxBoundaries]int
	known      int                        // boundaries
	declared   [4 * maxBoundaryBytes]byte // the parameters that name them

	// pending is the line break, dashes and beginning of a boundary that have matched; alive has a bit for each boundary of
	// which that is true.
	pending [maxBoundaryBytes + len("\r\n--")]byte
	matched int
	alive   uint8
	dashes  int // of the two before the boundary

	rest     delimiterRest
	doubtful bool
	doubtAt  int // offset of the first byte that servers may disagree about

	at   int // offset in the body of the next byte
	part content
	head partHead
	// quoted reads a part again whose transfer encoding is quoted-printable.
	quoted   window
	isQuoted bool
}

// reset starts a body. parameters are those of its Content-Type; known is 0 when they name no boundary.
func (r *multipartReader) reset(parameters string) (known int) {
	r.known, r.at, r.doubtful = 0, 0, false
	n := copy(r.declared[:], parameters)
	r.declare(r.declared[:n])
	if r.known != 1 || n < len(parameters) {
		r.doubt(0)
	}
	r.outside()
	return r.known
}

// resetTo starts a body that nobody declared and that begins with a delimiter.
func (r *multipartReader) resetTo(boundary []byte) {
	r.known, r.at, r.doubtful = 0, 0, false
	r.add(boundary)
	r.doubt(0)
	r.outside()
}

func (r *multipartReader) doubt(at int) {
	if !r.doubtful {
		r.doubtful, r.doubtAt = true, at
	}
}

// outside makes what comes next text that belongs to no part.
func (r *multipartReader) outside() {
	r.part.reset(formatText, r.at)
	r.part.text.skips = headerTypes
	r.isQuoted = false
	r.startLine()
}

// startLine waits for a delimiter that needs no line break before it, because one is there.
func (r *multipartReader) startLine() {
	r.state, r.alive, r.dashes, r.matched = inBreak, r.all(), 0, 0
}

// declare adds the boundaries that parameters of a Content-Type name.
func (r *multipartReader) declare(parameters []byte) {
	p := parameterReader{rest: parameters}
	for p.next() {
		if !equalFoldName(p.name, "boundary") {
			continue
		}
		r.add(p.value)
		if p.odd {
			// A server that knows no quotes takes all of it.
			r.doubt(r.at)
		}
	}
}

// add makes a boundary known. One that cannot be is a reason for doubt.
func (r *multipartReader) add(boundary []byte) {
	for i := range r.known {
		if bytes.Equal(r.boundaries[i][:r.sizes[i]], boundary) {
			return
		}
	}
	if len(boundary) == 0 || len(boundary) > maxBoundaryBytes || r.known == maxBoundaries {
		r.doubt(r.at)
		return
	}
	r.sizes[r.known] = copy(r.boundaries[r.known][:], boundary)
	r.known++
}

func (r *multipartReader) all() uint8 { return 1<<r.known - 1 }

// write reads the next bytes of the body.
func (r *multipartReader) write(e judge, chunk []byte) {
	for i := 0; i < len(chunk); {
		switch r.state {
		case inContent:
			n := lineBreak(chunk[i:])
			r.emit(e, chunk[i:i+n])
			i += n
			if i < len(chunk) {
				r.pending[0], r.matched = chunk[i], 1
				r.state, r.alive, r.dashes = inBreak, r.all(), 0
				r.at++
				i++
			}
		case inBreak:
			if r.follow(chunk[i]) {
				r.at++
				i++
				if r.complete() {
					r.delimiter(e)
				}
				continue
			}
			r.state = inContent
			r.at -= r.matched
			r.emit(e, r.pending[:r.matched])
			r.matched = 0
		case inDelimiter:
			i += r.delimiterLine(chunk[i:])
		case inPartHead:
			n, done := r.head.write(chunk[i:])
			r.at += n
			i += n
			if done {
				r.beginPart(e)
			}
		}
	}
}

// emit hands bytes to the part.
func (r *multipartReader) emit(e judge, b []byte) {
	if len(b) == 0 {
		return
	}
	r.part.write(e, b)
	if r.isQuoted {
		r.quoted.write(e, b)
	}
	r.at += len(b)
}

// follow takes the next byte behind a line break, if a delimiter can go on with it.
func (r *multipartReader) follow(c byte) bool {
	switch {
	case r.matched == 1 && r.pending[0] == '\r' && c == '\n':
	case r.dashes < 2:
		if c != '-' {
			return false
		}
		r.dashes++
	default:
		if r.alive = r.having(c); r.alive == 0 {
			return false
		}
	}
	r.pending[r.matched] = c
	r.matched++
	return true
}

// inBoundary is how many bytes of a boundary have matched.
func (r *multipartReader) inBoundary() int {
	n := r.matched - r.dashes
	for _, c := range r.pending[:min(n, 2)] {
		if c == '\r' || c == '\n' {
			n--
		}
	}
	return n
}

// having keeps the boundaries that are alive and go on with c.
func (r *multipartReader) having(c byte) (alive uint8) {
	k := r.inBoundary()
	for b := range r.known {
		if r.alive>>b&1 != 0 && k < r.sizes[b] && r.boundaries[b][k] == c {
			alive |= 1 << b
		}
	}
	return alive
}

// complete reports whether a whole boundary has matched.
func (r *multipartReader) complete() bool {
	if r.dashes < 2 {
		return false
	}
	k := r.inBoundary()
	for b := range r.known {
		if r.alive>>b&1 != 0 && r.sizes[b] == k {
			return true
		}
	}
	return false
}

// delimiter ends a part, or the text around parts.
func (r *multipartReader) delimiter(e judge) {
	if r.pending[0] == '\n' || r.pending[0] == '\r' && r.pending[1] != '\n' {
		r.doubt(r.at - r.matched)
	}
	r.endPart(e)
	r.matched = 0
	r.state, r.rest = inDelimiter, nothingRest
}

func (r *multipartReader) endPart(e judge) {
	r.part.finish(e)
	if r.isQuoted {
		r.quoted.finish(e)
	}
}

// delimiterLine reads what stands behind the boundary and returns how much of b that was.
func (r *multipartReader) delimiterLine(b []byte) int {
	for i, c := range b {
		switch {
		case c == '\n':
			r.at++
			r.endDelimiter()
			return i + 1
		case c == '-' && r.rest < closingRest:
			r.rest++
		case c == ' ' || c == '\t' || c == '\r':
			// Transport padding, or the line break.
			if r.rest == dashRest {
				r.doubt(r.at)
			}
			if r.rest != closingRest {
				r.rest = otherRest
			}
		default:
			r.doubt(r.at)
		}
		r.at++
	}
	return len(b)
}

func (r *multipartReader) endDelimiter() {
	if r.rest == closingRest {
		r.outside()
		return
	}
	r.head.reset(r.at)
	r.state = inPartHead
}

// beginPart judges the header section that is complete and makes what follows its content.
func (r *multipartReader) beginPart(e judge) {
	h := &r.head
	h.judge(e)
	if h.malformed {
		r.doubt(h.base)
	}
	r.isQuoted = h.quotedPrintable
	if r.isQuoted {
		r.quoted.reset(r.at)
		r.quoted.encoding = encodingQuoted
		r.quoted.key = h.key()
	}
	format := h.format()
	if format == formatMultipart {
		r.declare(h.parameters)
		// Its delimiters delimit until the end of the whole body, which is more than they should.
		r.doubt(r.at)
		format = formatText
	}
	r.part.reset(format, r.at)
	r.part.setKey(h.key())
	r.startLine() // an empty part's delimiter follows at once
}

// finish ends the body, wherever it stands: that the closing delimiter is missing hides nothing.
func (r *multipartReader) finish(e judge) {
	switch r.state {
	case inBreak:
		r.at -= r.matched
		r.emit(e, r.pending[:r.matched])
		r.matched = 0
	case inPartHead:
		r.head.judge(e)
		return
	case inDelimiter:
		return
	}
	r.endPart(e)
}

// lineBreak returns the offset of the first line break in b that two dashes may follow, len(b) when there is none.
func lineBreak(b []byte) int {
	for i := 0; ; i++ {
		if i += firstBreak(b[i:]); i == len(b) {
			return i
		}
		k := i + 1
		if b[i] == '\r' && k < len(b) && b[k] == '\n' {
			k++
		}
		if k >= len(b) || b[k] == '-' && (k+1 == len(b) || b[k+1] == '-') {
			return i
		}
	}
}

// firstBreak returns the offset of the first CR or LF, len(b) when there is none.
func firstBreak(b []byte) int {
	i := 0
	for i+8 <= len(b) {
		w := swar.Load(b[i:])
		if marks := swar.Lowest(w, '\n') | swar.Lowest(w, '\r'); marks != 0 {
			return i + swar.First(marks)
		}
		i += 8
	}
	for i < len(b) && b[i] != '\n' && b[i] != '\r' {
		i++
	}
	return i
}
