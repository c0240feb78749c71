package scan

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/swar"
)

// MaxHeadBytes bounds the head of a request that is judged; Envoy refuses more than 60 KiB of headers unless told otherwise.
const MaxHeadBytes = 96 << 10

// unreadFields of a head are never looked at: credentials that their servers read as nothing else, and what Envoy writes
// itself about a client's certificate. All others are: Log4Shell and Shellshock come in any of them.
var unreadFields = [...]string{"authorization", "proxy-authorization", "x-forwarded-client-cert"}

// Head judges the head of a request, for attacks only: a URL cannot be redacted, and session ids look like card numbers.
// lines are its fields, each with a colon behind the name and a line feed at the end, HTTP/2's pseudo-fields among them;
// names are in lower case. A finding's offsets are those of lines.
func (s *Scanner) Head(p *Policy, lines []byte) Result {
	s.Reset(p, Request, "")
	s.engine.wanted &^= allData
	if s.oversize = len(lines) > MaxHeadBytes; s.oversize {
		lines = lines[:MaxHeadBytes]
	}
	if p.Mode != Off {
		s.fields.policy = p
		s.fields.read(&s.engine, lines)
	}
	return s.result()
}

// cleared remembers lines of heads in which nothing was found, whole and with the policy: clients send the same ones again and
// again. It is direct-mapped; longer ones are read each time.
type cleared [64]struct {
	policy *Policy
	size   uint8
	line   [maxCleared]byte
}

const (
	minCleared = 16
	maxCleared = 240
)

// slot returns where a line is remembered, -1 when it is too short to be worth it or too long.
func (c *cleared) slot(line []byte) int {
	n := len(line)
	if n < minCleared || n > maxCleared {
		return -1
	}
	h := swar.Load(line)*3 ^ swar.Load(line[n/2-4:])*5 ^ swar.Load(line[n-8:])*7 ^ uint64(n)
	return int(h * 0x9E3779B97F4A7C15 >> 58)
}

func (c *cleared) has(slot int, p *Policy, line []byte) bool {
	return slot >= 0 && c[slot].policy == p && string(c[slot].line[:c[slot].size]) == string(line)
}

func (c *cleared) keep(slot int, p *Policy, line []byte) {
	if slot >= 0 {
		c[slot].policy = p
		c[slot].size = uint8(copy(c[slot].line[:], line))
	}
}

// headReader takes the head of a request apart.
type headReader struct {
	policy *Policy
	long   window
	leaf   leaf // the one being judged; a field so that handing it on does not allocate
}

func (r *headReader) read(e *engine, lines []byte) {
	for at := 0; at < len(lines); {
		end := bytes.IndexByte(lines[at:], '\n')
		if end < 0 {
			end = len(lines) - at
		}
		line := lines[at : at+end]
		if colon := bytes.IndexByte(line[min(1, len(line)):], ':') + 1; colon > 0 {
			slot := e.cleared.slot(line)
			if !e.cleared.has(slot, r.policy, line) {
				before := len(e.findings) + len(e.waiting) + e.dropped
				r.field(e, line[:colon], line[colon+1:], at+colon+1)
				if len(e.findings)+len(e.waiting)+e.dropped == before {
					e.cleared.keep(slot, r.policy, line)
				}
			}
		}
		at += end + 1
	}
}

func (r *headReader) field(e *engine, name, value []byte, base int) {
	switch string(name) {
	case ":path":
		query := bytes.IndexByte(value, '?')
		if query < 0 {
			query = len(value)
		}
		r.value(e, value[:query], base, encodingNone, keyContext{})
		if query < len(value) {
			r.query(e, value[query+1:], base+query+1)
		}
		return
	case "cookie":
		r.cookies(e, value, base)
		return
	}
	for _, unread := range unreadFields {
		if string(name) == unread {
			return
		}
	}
	r.value(e, value, base, encodingNone, keyContext{})
}

// query reads parameters as a form's fields. Some servers take a semicolon for a separator too: what stands behind one is
// read again, alone.
func (r *headReader) query(e *engine, query []byte, base int) {
	for at := 0; at <= len(query); {
		end := bytes.IndexByte(query[at:], '&')
		if end < 0 {
			end = len(query) - at
		}
		field := query[at : at+end]
		r.parameter(e, field, base+at)
		for i := 0; ; {
			semicolon := bytes.IndexByte(field[i:], ';')
			if semicolon < 0 {
				break
			}
			i += semicolon + 1
			piece := field[i:]
			if next := bytes.IndexByte(piece, ';'); next >= 0 {
				piece = piece[:next]
			}
			if bytes.IndexByte(piece, '=') > 0 {
				r.parameter(e, piece, base+at+i)
			}
		}
		at += end + 1
	}
}

// parameter judges the value of name=value, or a name alone, and a name that is more than one.
func (r *headReader) parameter(e *engine, field []byte, base int) {
	equals := bytes.IndexByte(field, '=')
	if equals < 0 {
		r.value(e, field, base, encodingForm, keyContext{})
		return
	}
	name := field[:equals]
	if !plainName(name) {
		r.value(e, name, base, encodingForm, keyContext{})
	}
	r.value(e, field[equals+1:], base+equals+1, encodingForm, keyContext{name: name[:min(len(name), maxKeyBytes)]})
}

// cookies reads the pairs of a Cookie field (RFC 6265), and quoted values as the servers do that let them hold semicolons.
func (r *headReader) cookies(e *engine, cookies []byte, base int) {
	for at := 0; at < len(cookies); {
		end := at + pairEnd(cookies[at:])
		pair := cookies[at:end]
		value, start, key := pair, base+at, keyContext{}
		if equals := bytes.IndexByte(pair, '='); equals >= 0 {
			name := bytes.TrimLeft(pair[:equals], " ")
			if !plainName(name) {
				r.value(e, name, base+at+equals-len(name), encodingNone, key)
			}
			value, start, key.name = pair[equals+1:], start+equals+1, name[:min(len(name), maxKeyBytes)]
		}
		if n := len(value); n > 1 && value[0] == '"' && value[n-1] == '"' {
			value, start = value[1:n-1], start+1
		}
		r.value(e, value, start, encodingNone, key)
		at = end + 1
	}
}

// pairEnd returns the offset of the semicolon that ends a cookie: one in a quoted value does not.
func pairEnd(b []byte) int {
	end := bytes.IndexByte(b, ';')
	if end < 0 {
		return len(b)
	}
	if equals := bytes.IndexByte(b[:end], '='); equals >= 0 && b[equals+1] == '"' {
		if quote := bytes.IndexByte(b[equals+2:], '"'); quote >= 0 && equals+2+quote > end {
			rest := equals + 2 + quote
			if next := bytes.IndexByte(b[rest:], ';'); next >= 0 {
				return rest + next
			}
			return len(b)
		}
	}
	return end
}

func (r *headReader) value(e *engine, value []byte, base int, as encoding, key keyContext) {
	if len(value) < 2 {
		return // no attack is shorter
	}
	if len(value) > windowBytes {
		r.long.reset(base)
		r.long.encoding, r.long.key = as, key
		r.long.write(e, value)
		r.long.finish(e)
		return
	}
	r.leaf = leaf{raw: value, base: base, encoding: as, escaped: as != encodingNone, key: key, until: len(value) + 1}
	e.judge(&r.leaf)
}
