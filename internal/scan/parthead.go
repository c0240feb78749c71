package scan

import (
	"bytes"
	"strings"
)

// maxJoinedBytes bounds a value that continues over parameters of a part's header.
const maxJoinedBytes = 512

// partHead collects and reads the header section of one part of a multipart body.
type partHead struct {
	bytes [maxPartHeadBytes]byte
	size  int
	base  int // offset of bytes[0] in the body
	line  int // where the current line begins

	name       []byte // of the form field
	file       bool   // a filename is there
	types      int    // Content-Types
	mediaType  []byte // of the last of them, lower case not enforced
	parameters []byte // of it
	// quotedPrintable is the transfer encoding that changes what bytes mean; base64 is found where it stands.
	quotedPrintable bool
	malformed       bool // in a way about which servers disagree

	// joined is a value that continues over parameters (RFC 2231), joinedAt where in bytes each of its bytes stands.
	joined   [maxJoinedBytes]byte
	joinedAt [maxJoinedBytes + 1]int32
	joinedN  int

	leaf leaf // the one being judged; a field so that handing it on does not allocate
}

func (h *partHead) reset(base int) {
	h.size, h.base, h.line = 0, base, 0
	h.name, h.mediaType, h.parameters = nil, nil, nil
	h.file, h.quotedPrintable, h.malformed, h.types = false, false, false, 0
}

// write takes what of b belongs to the section; done says that its end was there, or its bound.
func (h *partHead) write(b []byte) (n int, done bool) {
	for n < len(b) {
		end := bytes.IndexByte(b[n:], '\n')
		part := b[n:]
		if end >= 0 {
			part = b[n : n+end+1]
		}
		copied := copy(h.bytes[h.size:], part)
		h.size += copied
		n += copied
		if copied < len(part) {
			h.malformed = true
			return n, true
		}
		if end < 0 {
			return n, false
		}
		if line := h.bytes[h.line:h.size]; len(line) == 1 || len(line) == 2 && line[0] == '\r' {
			return n, true
		}
		h.line = h.size
	}
	return n, false
}

// judge reads the section and judges what the sender chose in it.
func (h *partHead) judge(e judge) {
	section := h.bytes[:h.size]
	for at := 0; at < len(section); {
		end := at
		for {
			next := bytes.IndexByte(section[end:], '\n')
			if next < 0 {
				end = len(section)
				break
			}
			end += next + 1
			// A line that begins with white space continues the one before.
			if end == len(section) || section[end] != ' ' && section[end] != '\t' {
				break
			}
			h.malformed = true
		}
		h.field(e, at, end)
		at = end
	}
	if h.types > 1 {
		h.malformed = true
		h.mediaType, h.parameters = nil, nil
	}
}

// field reads one header field, bytes[at:end].
func (h *partHead) field(e judge, at, end int) {
	for end > at && (h.bytes[end-1] == '\n' || h.bytes[end-1] == '\r') {
		end--
	}
	line := h.bytes[at:end]
	if len(line) == 0 {
		return
	}
	colon := bytes.IndexByte(line, ':')
	if colon <= 0 || !isFieldName(line[:colon]) || bytes.IndexByte(line, '\r') >= 0 {
		h.malformed = true
		h.judgeText(e, at, end)
		return
	}
	value := at + colon + 1
	for value < end && (h.bytes[value] == ' ' || h.bytes[value] == '\t') {
		value++
	}
	switch name := line[:colon]; {
	case equalFoldName(name, "content-disposition"):
		h.disposition(e, value, end)
		return
	case equalFoldName(name, "content-type"):
		h.types++
		h.mediaType, h.parameters, _ = bytes.Cut(h.bytes[value:end], []byte{';'})
	case equalFoldName(name, "content-transfer-encoding"):
		h.quotedPrintable = h.quotedPrintable || equalFoldName(bytes.TrimSpace(h.bytes[value:end]), "quoted-printable")
	}
	h.judgeText(e, value, end)
}

// disposition reads the value of a Content-Disposition (RFC 6266), bytes[at:end]: names of fields and of files are the
// sender's text.
func (h *partHead) disposition(e judge, at, end int) {
	semicolon := bytes.IndexByte(h.bytes[at:end], ';')
	if semicolon < 0 {
		h.judgeText(e, at, end)
		return
	}
	p := parameterReader{rest: h.bytes[at+semicolon+1 : end]}
	odd, names := false, 0
	h.joinedN = 0
	for p.next() {
		start := end - len(p.rest) - p.behind
		name, value := p.name, p.value
		if star := bytes.IndexByte(name, '*'); star >= 0 {
			continues := star+1 < len(name)
			name = name[:star]
			value = withoutCharset(value)
			if continues {
				odd = true
				h.join(start+len(p.value)-len(value), value)
			}
		}
		switch {
		case equalFoldName(name, "filename"):
			h.file = true
		case equalFoldName(name, "name"):
			if names++; names == 1 {
				h.name = value
			}
			if plainName(value) {
				continue
			}
		}
		h.judgeText(e, start+len(p.value)-len(value), start+len(p.value))
		odd = odd || p.odd
	}
	if h.joinedN > 0 {
		h.joinedAt[h.joinedN] = h.joinedAt[h.joinedN-1] + 1
		h.leaf = leaf{raw: h.joined[:h.joinedN], base: h.base, at: h.joinedAt[:h.joinedN+1], until: maxPartHeadBytes + 1}
		e.judge(&h.leaf)
	}
	if odd || names > 1 || p.odd {
		h.judgeText(e, at, end)
		h.malformed = h.malformed || names > 1
	}
}

// withoutCharset returns what an extended value is behind its charset and language (RFC 8187): utf-8'en'.
func withoutCharset(value []byte) []byte {
	if first := bytes.IndexByte(value, '\''); first >= 0 {
		if second := bytes.IndexByte(value[first+1:], '\''); second >= 0 {
			return value[first+second+2:]
		}
	}
	return value
}

// join adds a parameter's value, at an offset of bytes, to the value that it continues.
func (h *partHead) join(start int, value []byte) {
	n := copy(h.joined[h.joinedN:], value)
	for i := range n {
		h.joinedAt[h.joinedN+i] = int32(start + i)
	}
	h.joinedN += n
	h.malformed = h.malformed || n < len(value)
}

func (h *partHead) judgeText(e judge, start, end int) {
	if start >= end {
		return
	}
	h.leaf = leaf{raw: h.bytes[start:end], base: h.base + start, until: end - start + 1}
	e.judge(&h.leaf)
}

// key is the field's name as context of its value. It is valid until the next part's header section begins.
func (h *partHead) key() keyContext {
	return keyContext{name: h.name[:min(len(h.name), maxKeyBytes)]}
}

// format is how the part's content is read. What a file claims to be does not keep it from being read: its first bytes say
// whether it is binary.
func (h *partHead) format() format {
	if len(h.mediaType) == 0 {
		if h.file || h.malformed {
			return formatSniffPart
		}
		return formatSniffField
	}
	var lower [maxMediaType]byte
	switch declared := formatOfType(lowerType(&lower, string(h.mediaType))); declared {
	case formatNone, formatSniff, formatGRPC:
		return formatSniffPart
	default:
		return declared
	}
}

func isFieldName(b []byte) bool {
	for _, c := range b {
		if !isLetter(c) && !digit(c) && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return true
}

// equalFoldName compares b with a lower-case name without regard to case.
func equalFoldName(b []byte, lower string) bool {
	return len(b) == len(lower) && equalFold(b, lower)
}

// parameterReader reads the parameters of a header field's value (RFC 9110 section 5.6.6).
type parameterReader struct {
	rest        []byte
	name, value []byte
	// behind is the number of bytes from the value's beginning to rest.
	behind int
	// odd says that not every parser reads the current parameter, or what comes before it, like this.
	odd bool
}

// next advances to the next parameter; a piece without an equals sign is one without a name.
func (p *parameterReader) next() bool {
	for len(p.rest) > 0 && (p.rest[0] == ' ' || p.rest[0] == '\t' || p.rest[0] == ';' || p.rest[0] == '\r' || p.rest[0] == '\n') {
		p.rest = p.rest[1:]
	}
	if len(p.rest) == 0 {
		return false
	}
	p.name = nil
	i := 0
	for i < len(p.rest) && p.rest[i] != '=' && p.rest[i] != ';' && p.rest[i] != '"' {
		i++
	}
	if i < len(p.rest) && p.rest[i] == '=' {
		p.name = bytes.TrimSpace(p.rest[:i])
		if len(p.name) != i {
			p.odd = true
		}
		i++
		for i < len(p.rest) && (p.rest[i] == ' ' || p.rest[i] == '\t') {
			p.odd = true
			i++
		}
	} else {
		i, p.odd = 0, true
	}
	if i < len(p.rest) && p.rest[i] == '"' {
		p.quoted(i + 1)
		return true
	}
	end := i
	for end < len(p.rest) && p.rest[end] != ';' {
		if c := p.rest[end]; c == '"' || c == '\\' || c == ',' || c == '\'' && bytes.IndexByte(p.name, '*') < 0 {
			p.odd = true
		}
		end++
	}
	p.value = bytes.TrimRight(p.rest[i:end], " \t")
	p.behind = end - i
	p.rest = p.rest[end:]
	return true
}

// quoted reads a quoted string whose first byte is rest[i], up to the next semicolon. Browsers escape quotes as %22, others with a backslash, and
// some mean every backslash they write.
func (p *parameterReader) quoted(i int) {
	end := i
	for end < len(p.rest) && p.rest[end] != '"' {
		if p.rest[end] == '\\' {
			p.odd = true
			end++
		}
		end++
	}
	if end >= len(p.rest) {
		p.odd, end = true, len(p.rest)
	}
	p.value = p.rest[i:end]
	after := min(end+1, len(p.rest))
	for after < len(p.rest) && p.rest[after] != ';' {
		if p.rest[after] != ' ' && p.rest[after] != '\t' {
			p.odd = true
		}
		after++
	}
	p.behind = after - i
	p.rest = p.rest[after:]
}
