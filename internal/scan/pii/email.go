package pii

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// Bounds of RFC 5321 section 4.5.3.1.
const (
	maxLocalPart = 64
	maxDomain    = 255
)

// Emails appends the e-mail addresses of the text to dst, and the credentials that stand before an @ in URLs.
// It looks at each @ from one offset on up to another.
func (t *Text) Emails(from, to int, dst []Match) []Match {
	for i := from; ; {
		if i >= to {
			return dst
		}
		at := bytes.IndexByte(t.Bytes[i:to], '@')
		if at < 0 {
			return dst
		}
		at += i
		i = at + 1
		start, end := t.localPart(at), t.domain(at+1)
		if start < 0 || end < 0 || t.notMail(start, end) {
			dst = t.userInfoAt(at, dst)
			continue
		}
		dst = t.found(dst, Email, start, end, 0.95, match.Medium, "address")
		i = end
	}
}

// localPart returns where the local part that ends at the @ starts, or -1. Quoted local parts are not
// looked for: no mail provider hands them out.
func (t *Text) localPart(at int) int {
	start := at
	for start > 0 && at-start < maxLocalPart && isLocal(t.Bytes[start-1]) {
		start--
	}
	for start < at && !isDigit(t.Bytes[start]) && !isLetter(t.Bytes[start]) && t.Bytes[start] != '_' {
		start++
	}
	if start == at || t.Bytes[at-1] == '.' || bytes.Contains(t.Bytes[start:at], []byte("..")) {
		return -1
	}
	return start
}

func isLocal(c byte) bool {
	return isWord(c) || c == '.' || c == '+' || c == '-' || c == '\''
}

// domain returns the end of the domain name that starts at i, or -1: labels of letters, digits and inner
// dashes, the last one of letters.
func (t *Text) domain(i int) int {
	label, lastStart, end := 0, -1, -1
	j := i
	for ; j < len(t.Bytes) && j-i < maxDomain; j++ {
		c := t.Bytes[j]
		switch {
		case isDigit(c) || isLetter(c) || c == '-' && label > 0:
			label++
		case c == '.' && label > 0 && label < 64 && t.Bytes[j-1] != '-':
			if lastStart >= 0 && validTLD(t.Bytes[lastStart:j]) {
				end = j
			}
			label, lastStart = 0, j+1
			continue
		default:
			if lastStart >= 0 && validTLD(t.Bytes[lastStart:j]) {
				end = j
			}
			return end
		}
	}
	if lastStart >= 0 && validTLD(t.Bytes[lastStart:j]) {
		end = j
	}
	return end
}

// fileSuffixes follow an @ in names of files and packages: icon@2x.png.
var fileSuffixes = map[string]bool{
	"png": true, "jpg": true, "jpeg": true, "gif": true, "svg": true, "webp": true, "ico": true, "css": true,
	"js": true, "ts": true, "tsx": true, "jsx": true, "json": true, "html": true, "tgz": true, "gz": true, "service": true,
	"yml": true, "yaml": true, "txt": true, "pdf": true, "php": true, "go": true, "jar": true,
}

func validTLD(label []byte) bool {
	if len(label) < 2 || len(label) > 24 {
		return false
	}
	if len(label) > 4 && string(label[:4]) == "xn--" {
		return true
	}
	for _, c := range label {
		if !isLetter(c) {
			return false
		}
	}
	return !fileSuffixes[string(label)]
}

// notMail recognises what looks like an address and is none: user@host in a URL or of a remote
// repository, git's own user, and identifiers of messages.
func (t *Text) notMail(start, end int) bool {
	if t.at(start-1) == '/' && t.at(start-2) == '/' || t.at(start-1) == ':' && t.userInfo(start-1) {
		return true
	}
	if isDigit(t.Bytes[start]) && t.messageID(start) && countDigits(t.Bytes[start:bytes.IndexByte(t.Bytes[start:], '@')+start]) >= minStampDigits {
		return true
	}
	next := t.at(end)
	return next == ':' && (isLetter(t.at(end+1)) || t.at(end+1) == '/' || isDigit(t.at(end+1)) && t.at(start-1) == '/')
}

// minStampDigits are the fewest of the point in time or number that identifiers of messages begin with.
const minStampDigits = 5

// messageID reports whether the name of an identifier of an event (RFC 5545) or a message (RFC 5322), which is written like an address,
// stands before i.
func (t *Text) messageID(i int) bool {
	if t.at(i-1) == '<' {
		i--
	}
	for n := 0; n < 2 && t.at(i-1) == ' '; n++ {
		i--
	}
	before := t.Bytes[max(0, i-len("in-reply-to:")):i]
	if len(before) == 0 || before[len(before)-1] != ':' {
		return false
	}
	for _, name := range [...]string{"uid:", "message-id:", "content-id:", "in-reply-to:", "references:"} {
		if hasFoldSuffix(before, name) {
			return true
		}
	}
	return false
}

// userInfo reports whether the colon at i separates user and password of a URL.
func (t *Text) userInfo(i int) bool {
	for n := 0; i > 0 && n < maxLocalPart; n++ {
		i--
		if t.Bytes[i] == '/' {
			return t.at(i-1) == '/'
		}
		if !isLocal(t.Bytes[i]) {
			return false
		}
	}
	return false
}
