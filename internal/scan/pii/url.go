package pii

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

var (
	authority = []byte("://")
	www       = []byte("www.")
)

// maxURL bounds a web address.
const maxURL = 2048

// HasAuthority and HasWWW report whether b has one of the two things that URLs looks for.
func HasAuthority(b []byte) bool { return bytes.Contains(b, authority) }

// HasWWW is HasAuthority for names without a scheme.
func HasWWW(b []byte) bool { return bytes.Contains(b, www) }

// URLs appends the web addresses of the text: http, https, ftp or ws with a host that has a dot or is an address, and names
// that begin with www.
func (t *Text) URLs(dst []Match) []Match {
	for i := 0; ; {
		at := bytes.Index(t.Bytes[i:], authority)
		if at < 0 {
			break
		}
		i += at + len(authority)
		start := t.schemeBefore(i - len(authority))
		if host := t.hostEnd(i); start >= 0 && host > 0 {
			end := t.urlEnd(host)
			dst = t.found(dst, URL, start, end, 0.9, match.Low, "scheme-host")
			i = end
		}
	}
	for i := 0; ; {
		at := bytes.Index(t.Bytes[i:], www)
		if at < 0 {
			return dst
		}
		start := i + at
		i = start + len(www)
		if before := t.at(start - 1); isWord(before) || before == '.' || before == '/' || before == '@' || before == '-' {
			continue
		}
		if host := t.hostEnd(start); host > i && bytes.IndexByte(t.Bytes[i:host], '.') >= 0 {
			end := t.urlEnd(host)
			dst = t.found(dst, URL, start, end, 0.8, match.Low, "www")
			i = end
		}
	}
}

// schemeBefore returns where the scheme begins that ends at colon, or -1.
func (t *Text) schemeBefore(colon int) int {
	start := colon
	for start > 0 && colon-start < 6 && isLetter(t.Bytes[start-1]) {
		start--
	}
	if isWord(t.at(start - 1)) {
		return -1
	}
	switch scheme := t.Bytes[start:colon]; {
	case fold.Equal(scheme, "https"), fold.Equal(scheme, "http"), fold.Equal(scheme, "ftp"), fold.Equal(scheme, "ftps"),
		fold.Equal(scheme, "sftp"), fold.Equal(scheme, "ws"), fold.Equal(scheme, "wss"):
		return start
	}
	return -1
}

// hostEnd returns the end of the host at i, user and port included, or 0: a domain name with a top-level domain, or an IP address.
func (t *Text) hostEnd(i int) int {
	if t.at(i) == '[' {
		if end := t.ipv6At(i+1, true); end > 0 && t.at(end) == ']' {
			return end + 1
		}
		return 0
	}
	for user, n := i, 0; n < maxLocalPart; n++ {
		c := t.at(user)
		if c == '@' {
			i = user + 1
			break
		}
		if !isLocal(c) && c != ':' && c != '%' {
			break
		}
		user++
	}
	if _, end := t.octets(i); end > 0 && !isWord(t.at(end)) {
		return end
	}
	end := t.domain(i)
	if end < 0 || isWord(t.at(end)) || t.at(end) == '-' {
		return 0
	}
	return end
}

// urlEnd returns where the address ends whose host ends at i: before white space, quotes and brackets, and without the marks that
// end a sentence.
func (t *Text) urlEnd(i int) int {
	host, open := i, 0
	for ; i < len(t.Bytes) && i-host < maxURL; i++ {
		c := t.Bytes[i]
		if c <= ' ' || c == '"' || c == '<' || c == '>' || c == '\\' || c == '`' || c == '^' || c == '{' || c == '}' || c == '|' || c == ')' && open == 0 || c == ']' && open == 0 {
			break
		}
		switch c {
		case '(', '[':
			open++
		case ')', ']':
			open--
		}
	}
	for i > host {
		switch t.Bytes[i-1] {
		case '.', ',', ';', ':', '!', '?', '\'', '*', '_':
			i--
			continue
		}
		break
	}
	return i
}
