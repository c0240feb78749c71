// Package target judges an HTTP request target before anything is decided by it: what two servers in a row
// could read differently is refused. It knows nothing of routes; Envoy matches those on the same bytes.
package target

import (
	"strings"
	"unicode/utf8"

	"github.com/meshwarden/meshwarden/internal/reason"
)

// Bounds of a target. Longer ones are refused as malformed.
const (
	MaxSegments   = 1024
	MaxParameters = 256
)

// Target is a request target that was found unambiguous.
type Target struct {
	// Path is the raw path exactly as Envoy forwards it, "*" for an OPTIONS of the whole server.
	Path string
	// RawQuery is what follows the first "?", undecoded.
	RawQuery string
}

// Parse splits and checks a raw :path. The reason is Allowed, PathAmbiguous or RequestMalformed.
func Parse(method, raw string) (Target, reason.Reason) {
	if raw == "*" && method == "OPTIONS" {
		return Target{Path: raw}, reason.Allowed
	}
	path, query, _ := strings.Cut(raw, "?")
	if path == "" || path[0] != '/' || strings.ContainsFunc(query, stray) {
		return Target{}, reason.PathAmbiguous
	}
	for i := 0; i < len(path); i++ {
		if !plain[path[i]] {
			return Target{}, reason.PathAmbiguous
		}
	}
	if strings.Count(path, "/") > MaxSegments {
		return Target{}, reason.RequestMalformed
	}
	for rest := path[1:]; ; {
		segment, tail, more := strings.Cut(rest, "/")
		if more && segment == "" || !clear(segment) {
			return Target{}, reason.PathAmbiguous
		}
		if !more {
			return Target{Path: path, RawQuery: query}, reason.Allowed
		}
		rest = tail
	}
}

// plain are the bytes that may stand in a path: visible ASCII without the delimiters "#" and "?" and
// without the backslash, which some servers take for a slash.
var plain = func() (table [256]bool) {
	for b := '!'; b <= '~'; b++ {
		table[b] = b != '#' && b != '?' && b != '\\'
	}
	return table
}()

// stray are the characters that end a query or a request line.
func stray(r rune) bool { return r <= ' ' || r == 0x7f || r == '#' }

// maxRounds is how often a segment is decoded in search of what another decoder down the line would find.
const maxRounds = 4

// clear reports whether a raw segment means the same to every reader: it is no dot segment, its escapes are
// good and decode to UTF-8, and at no depth of encoding do they hide a separator, a control character or a
// dot segment.
func clear(segment string) bool {
	if dots(segment) {
		return false
	}
	if strings.IndexByte(segment, '%') < 0 {
		return true
	}
	decoded, ok := unescape(segment)
	if !ok || !utf8.ValidString(decoded) {
		return false
	}
	for range maxRounds {
		if dots(decoded) || strings.ContainsFunc(decoded, hidden) {
			return false
		}
		// Bad escapes are no longer refused: 100%25 is one to the next decoder.
		next, _ := unescape(decoded)
		if next == decoded {
			return true
		}
		decoded = next
	}
	return false
}

// dots reports whether segment is "." or ".." to anyone, path parameters ("..;x") included.
func dots(segment string) bool {
	name, _, _ := strings.Cut(segment, ";")
	return name == "." || name == ".."
}

func hidden(r rune) bool {
	return r < 0x20 || r >= 0x7f && r < 0xa0 || r == '/' || r == '\\'
}

// unescape undoes percent-encoding once and leaves bad escapes as they are; ok is false when there are any.
func unescape(s string) (decoded string, ok bool) {
	if strings.IndexByte(s, '%') < 0 {
		return s, true
	}
	ok = true
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' {
			if i+2 < len(s) && hex[s[i+1]] >= 0 && hex[s[i+2]] >= 0 {
				out = append(out, byte(hex[s[i+1]])<<4|byte(hex[s[i+2]]))
				i += 2
				continue
			}
			ok = false
		}
		out = append(out, s[i])
	}
	return string(out), ok
}

// hex holds the value of each hexadecimal digit and -1 for other bytes.
var hex = func() (table [256]int8) {
	for i := range table {
		table[i] = -1
	}
	for i := range int8(10) {
		table['0'+i] = i
	}
	for i := range int8(6) {
		table['a'+i], table['A'+i] = 10+i, 10+i
	}
	return table
}()

// Segments are the decoded segments of the path. A slash at the end adds none, so that a rule about /admin
// holds for /admin/ too; Path tells them apart.
func (t Target) Segments() []string {
	path, ok := strings.CutPrefix(t.Path, "/")
	if path = strings.TrimSuffix(path, "/"); !ok || path == "" {
		return nil
	}
	segments := make([]string, 0, strings.Count(path, "/")+1)
	for segment := range strings.SplitSeq(path, "/") {
		decoded, _ := unescape(segment)
		segments = append(segments, decoded)
	}
	return segments
}

// Query decodes the parameters as forms are: "&" separates them and "+" is a space; a parameter without "="
// has an empty value. ok is false for a bad escape, invalid UTF-8 or more than MaxParameters.
func (t Target) Query() (query map[string][]string, ok bool) {
	query = map[string][]string{}
	if t.RawQuery == "" {
		return query, true
	}
	count := 0
	for parameter := range strings.SplitSeq(t.RawQuery, "&") {
		if parameter == "" {
			continue
		}
		if count++; count > MaxParameters {
			return nil, false
		}
		name, value, _ := strings.Cut(parameter, "=")
		name, nameOK := form(name)
		value, valueOK := form(value)
		if !nameOK || !valueOK {
			return nil, false
		}
		query[name] = append(query[name], value)
	}
	return query, true
}

func form(s string) (decoded string, ok bool) {
	decoded, ok = unescape(strings.ReplaceAll(s, "+", " "))
	return decoded, ok && utf8.ValidString(decoded)
}
