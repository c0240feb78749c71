// Package crlf finds the injection of header lines in one decoded text: line ends, written out or as they are, behind
// which a header or the rest of a message begins. It knows nothing of bodies, views or policies.
package crlf

import (
	"bytes"
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// High, as scan.High.
const severity = 2

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them, whatever its
// case. They are ways to write a line end.
var Triggers = []string{
	"\r\n", "\n\r", "%0a", "%0d", "%250", "%%0", "%u000", "%25%30", "\\r\\n", "%e5%98%8", "\xe5\x98\x8a", "\xe5\x98\x8d",
	"set-cookie:", "location:", "content-length:", "content-type:", "transfer-encoding:", "http/1.", "bcc:", "x-forwarded-", "refresh:",
}

var triggers = lexicon.NewLiterals(Triggers, false)

const maxName = 40 // bytes of a header's name

type finder struct {
	text []byte
	dst  []match.Match
	// value says that what stands before the first line end is one word: a value of an address or field, no text.
	value bool
	first int // where that line end is
	mail  bool
}

// Find appends the injected headers in text to dst, with byte offsets into text. Its time is linear in len(text):
// behind each line end a bounded number of bytes is read. It allocates only to grow dst.
func Find(text []byte, dst []match.Match) []match.Match {
	f := finder{text: text, dst: dst, first: -1, value: len(text) > 0 && text[0] != '`'} // a fence of Markdown begins with a backtick
	return f.find()
}

// FindWithin is Find for the middle of a text with one of Triggers: what stands before its first line end is no value.
func FindWithin(text []byte, dst []match.Match) []match.Match {
	f := finder{text: text, dst: dst, first: -1}
	return f.find()
}

func (f *finder) find() []match.Match {
	text, before := f.text, len(f.dst)
	for i := 0; i < len(text); i++ {
		if !starts[text[i]] {
			f.value = f.value && (f.first >= 0 || text[i] > ' ')
			f.mail = f.mail || text[i] == '=' && f.message(i)
			continue
		}
		end, written := lineEnds(text, i)
		if end == i {
			continue
		}
		if f.first < 0 {
			f.first = i
		}
		f.header(i, end, written)
		i = end - 1
	}
	if len(f.dst) > before && !triggers.In(text) {
		return f.dst[:before]
	}
	return f.dst
}

// starts has the bytes that line ends begin with.
var starts = func() (t [256]bool) {
	for _, c := range []byte("\r\n%\\\xe5") {
		t[c] = true
	}
	return t
}()

// lineEnds reads line ends and the blanks behind them from i on. written says that they are written out: encoded once
// more than the text.
func lineEnds(text []byte, i int) (end int, written bool) {
	end = i
	for end < len(text) && end < i+64 {
		n, out := lineEnd(text[end:])
		if n == 0 {
			break
		}
		end += n
		written = written || out
	}
	if end == i {
		return i, false
	}
	for end < len(text) && end < i+72 {
		switch rest := text[end:]; {
		case rest[0] == ' ' || rest[0] == '\t':
			end++
		case written && (fold.HasPrefix(rest, "%20") || fold.HasPrefix(rest, "%09")):
			end += 3
		default:
			return end, written
		}
	}
	return end, written
}

// written are line ends as they are written out, the longest of those with one beginning first. The last four are
// characters whose low byte is one, which servers that cut characters off make of them.
var written = [...]string{
	"%250a", "%250d", "%%0a0a", "%%0d0d", "%%0a", "%%0d", "%25%30%61", "%25%30%64", "%u000a", "%u000d", "%0a", "%0d", "\\r\\n", "\\n", "\\r",
	"%e5%98%8a", "%e5%98%8d", "\xe5\x98\x8a", "\xe5\x98\x8d",
}

func lineEnd(b []byte) (n int, out bool) {
	if b[0] == '\r' || b[0] == '\n' {
		return 1, false
	}
	if !starts[b[0]] {
		return 0, false
	}
	for _, w := range written {
		if fold.HasPrefix(b, w) {
			return len(w), true
		}
	}
	return 0, false
}

// header judges what follows the line ends from i to j.
func (f *finder) header(i, j int, written bool) {
	first := i == f.first && f.value
	encoded := written && f.text[i] != '\\' // programs and logs write the line ends of any text with backslashes
	if !encoded && (!first || i == 0 && !written) {
		return
	}
	rest := f.text[j:]
	if statusLine(rest) {
		f.add(i, j+6, 0.95, "status_line")
		return
	}
	if encoded && !f.mail && j >= i+len("%0a%0a") && (fold.HasPrefix(rest, "<") || fold.HasPrefix(rest, "%3c")) {
		f.add(i, j+1, 0.85, "message_body")
		return
	}
	if encoded && !f.mail && command(rest) {
		f.add(i, j+8, 0.85, "protocol_command")
		return
	}
	name, value := field(rest, written)
	if value == 0 {
		return
	}
	end := j + value
	switch h := headers.Class(rest[:name]); {
	case h != 0 && encoded:
		f.add(i, end, 0.92, "header_line")
	case h != 0 && fits(h, bytes.TrimLeft(rest[value:min(len(rest), value+64)], " \t")):
		f.add(i, end, 0.88, "header_line")
	case encoded && f.value && !f.mail && value < len(rest):
		f.add(i, end, 0.82, "unknown_header_line")
	}
}

// commands are what servers of Redis, memcached and mail are told behind the line end that ends a request, in capitals.
var commands = [...]string{"FLUSHALL", "CONFIG ", "SLAVEOF ", "EVAL ", "SET ", "LPUSH ", "SAVE", "QUIT", "HELO ", "EHLO ", "MAIL FROM", "RCPT TO", "STARTTLS", "AUTH "}

// command reports whether b begins with one of commands, its blank written out or not.
func command(b []byte) bool {
	for _, c := range commands {
		word := strings.TrimSuffix(c, " ")
		if !bytes.HasPrefix(b, []byte(word)) {
			continue
		}
		rest := b[len(word):]
		if len(word) == len(c) {
			return len(rest) == 0 || !nameByte(rest[0])
		}
		return len(rest) > 0 && (rest[0] == ' ' || rest[0] == '+') || fold.HasPrefix(rest, "%20")
	}
	return false
}

// statusLine reports whether a response begins.
func statusLine(b []byte) bool {
	return fold.HasPrefix(b, "http/1.") || fold.HasPrefix(b, "http%2f1") || fold.HasPrefix(b, "http/2 ") && len(b) > 7 && b[7]-'0' < 10
}

// field reads a header's name and colon and returns where both end, value == 0 when there is none.
func field(b []byte, written bool) (name, value int) {
	for name < len(b) && name < maxName && nameByte(b[name]) {
		name++
	}
	switch {
	case name < 2 || name == len(b):
	case b[name] == ':':
		return name, name + 1
	case written && fold.HasPrefix(b[name:], "%3a"):
		return name, name + 3
	}
	return 0, 0
}

// message reports whether the = at i follows the name of a field that holds text: links to mail programs have one.
func (f *finder) message(i int) bool {
	for _, name := range [...]string{"body", "text", "message", "subject", "description"} {
		if i >= len(name) && fold.Equal(f.text[i-len(name):i], name) {
			return true
		}
	}
	return false
}

// Classes of headers, by what their values look like.
const (
	hCookie  lexicon.Class = 1 << iota // name=value
	hAddress                           // a URL or path
	hNumber                            // digits
	hType                              // type/subtype
	hMail                              // an address of mail
	hWord                              // anything
)

var headers = lexicon.New(
	lexicon.Group{Class: hCookie, Words: "set-cookie set-cookie2"},
	lexicon.Group{Class: hAddress, Words: "location content-location link referer origin"},
	lexicon.Group{Class: hNumber, Words: "content-length refresh x-xss-protection age"},
	lexicon.Group{Class: hType, Words: "content-type"},
	lexicon.Group{Class: hMail, Words: "bcc cc to from reply-to return-path"},
	lexicon.Group{Class: hWord, Words: "transfer-encoding access-control-allow-origin access-control-allow-credentials content-security-policy " +
		"x-forwarded-for x-forwarded-host x-forwarded-proto x-real-ip x-original-url x-rewrite-url host content-disposition content-encoding " +
		"clear-site-data strict-transport-security www-authenticate authorization mime-version x-frame-options proxy-connection x-injected x-accel-redirect x-sendfile " +
		"status via last-modified etag"},
)

// fits reports whether a header's value looks as such values do: Location: Berlin is the line of a letter.
func fits(h lexicon.Class, value []byte) bool {
	if len(value) == 0 {
		return false
	}
	switch {
	case h&hCookie != 0:
		return contains(value, '=')
	case h&hAddress != 0:
		return value[0] == '/' || value[0] == '<' || fold.HasPrefix(value, "http") || fold.HasPrefix(value, "javascript:") || fold.HasPrefix(value, "data:")
	case h&hNumber != 0:
		return value[0]-'0' < 10
	case h&hType != 0:
		return contains(value, '/')
	case h&hMail != 0:
		return contains(value, '@')
	}
	return value[0] > ' '
}

func contains(b []byte, c byte) bool {
	for _, x := range b {
		if x == c {
			return true
		}
		if x == '\r' || x == '\n' {
			return false
		}
	}
	return false
}

func nameByte(c byte) bool { return c|0x20-'a' < 26 || c == '-' || c-'0' < 10 }

func (f *finder) add(start, end int, confidence float32, rule string) {
	f.dst = append(f.dst, match.Match{Start: start, End: min(end, len(f.text)), Confidence: confidence, Severity: severity, Rule: rule})
}
