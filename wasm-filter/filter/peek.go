package filter

import (
	"bytes"
	"strings"

	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/wasm-filter/abi"
)

// peekBytes is how much of a body is looked at for what it is.
const peekBytes = 64

// looks is what a body's first bytes tell, whatever its content type says.
type looks uint8

const (
	unknown looks = iota // not enough bytes yet
	textual
	binary
)

// openUnread opens a request whose declared type is not one to scan. Many upstreams read JSON whatever its type
// says, so its first bytes have to agree.
func (s *Stream) openUnread(b *body, why cause) {
	switch {
	case b.direction == scan.Response || b.looks == binary:
		s.skip(b, why)
	case b.looks == textual:
		b.head.contentType = ""
		s.open(b, false)
	case s.policy.Mode == scan.Shadow:
		b.phase = glancing
	default:
		b.phase = peeking
	}
}

// peek looks at the first bytes of a body and goes on accordingly once they tell. Before the policy is known it
// chooses how to wait for it.
func (s *Stream) peek(b *body) {
	head := b.prefix
	if n := min(b.size, peekBytes-len(head)); n > 0 {
		chunk, status := abi.Bytes(b.buffer(), 0, n)
		if status != abi.OK {
			s.refuse(b, reason.InternalError.Answer(), "")
			return
		}
		head = append(head, chunk...)
	}
	b.looks = looksOf(head, b.ended)
	switch {
	case b.looks == unknown && b.phase == glancing:
		b.prefix = head
	case b.looks == unknown:
		// Envoy keeps it for us.
	case s.policy == nil && b.looks == textual:
		b.phase = waiting
	case s.policy == nil:
		b.phase = stalled
	default:
		s.reopen(b)
	}
}

// reopen goes on with a body that is now known to be text, which is scanned from its start, or not to be.
func (s *Stream) reopen(b *body) {
	if s.open(b, false); b.scanner != nil {
		b.scanner.Write(b.prefix)
		b.scanned = len(b.prefix)
		s.advance(b, 0)
	}
	b.prefix = nil
}

// looksOf tells text by how documents begin: {, [, < or a string's quote after white space, in UTF-8, UTF-16 or UTF-32, a
// byte order mark, or a form's first field. end says that there are no more bytes.
func looksOf(head []byte, end bool) looks {
	for _, mark := range [...]string{"\xef\xbb\xbf", "\xfe\xff", "\xff\xfe", "\x00\x00\xfe\xff"} {
		if strings.HasPrefix(string(head), mark) {
			return textual
		}
		if !end && strings.HasPrefix(mark, string(head)) {
			return unknown
		}
	}
	zeros := 0 // in a row, up to here
	for i, c := range head {
		switch c {
		case 0:
			if zeros++; zeros > 3 {
				return binary
			}
		case ' ', '\t', '\r', '\n':
			zeros = 0
		case '{', '[', '<':
			return looksOfWide(head[i+1:], zeros, end)
		case '"':
			if zeros > 0 {
				return looksOfWide(head[i+1:], zeros, end)
			}
			return looksOfString(head[i+1:], end)
		default:
			if i > 0 {
				return binary
			}
			return looksOfForm(head, end)
		}
	}
	switch {
	case len(head) >= peekBytes:
		// No binary format begins like this, and a JSON reader would skip any amount of it.
		return textual
	case end:
		return binary
	default:
		return unknown
	}
}

// looksOfWide tells a wide character from a byte of a binary number: as many zeros follow it as precede it.
func looksOfWide(rest []byte, zeros int, end bool) looks {
	for _, c := range rest[:min(zeros, len(rest))] {
		if c != 0 {
			return binary
		}
	}
	switch {
	case zeros == 2:
		return binary
	case len(rest) >= zeros:
		return textual
	case end:
		return binary
	default:
		return unknown
	}
}

// looksOfString tells a body that is one JSON string from a table with quoted cells: nothing follows it.
func looksOfString(rest []byte, end bool) looks {
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '"':
			if len(bytes.TrimSpace(rest[i+1:])) > 0 {
				return binary
			}
			return textual
		}
	}
	if !end && len(rest) < peekBytes-1 {
		return unknown
	}
	return textual
}

// looksOfForm wants a name and an equals sign, and behind it nothing that a form's encoder would have escaped: files of
// settings, tables and logs have line ends or blanks.
func looksOfForm(head []byte, end bool) looks {
	equals := bytes.IndexByte(head, '=')
	name := head
	if equals >= 0 {
		name = head[:equals]
	}
	for _, c := range name {
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && strings.IndexByte("_.-%+[]$", c) < 0 {
			return binary
		}
	}
	for _, c := range head[len(name):] {
		if c <= ' ' || c >= 0x7F || c == '"' || c == '<' || c == '>' {
			return binary
		}
	}
	switch {
	case !end && len(head) < peekBytes:
		return unknown
	case equals > 0:
		return textual
	default:
		return binary
	}
}
