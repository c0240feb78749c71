package tenant

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Longest names, in bytes. A DNS name has at most 253 (RFC 1035 section 2.3.4, without the root's dot).
const (
	maxLabel = 63
	maxHost  = 253
	maxText  = 512
)

// isLabel reports whether s is a DNS label in lower case (RFC 1123 section 2.1).
func isLabel(s string) bool {
	if s == "" || len(s) > maxLabel || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c != '-' && !isLower(c) && !isDigit(c) {
			return false
		}
	}
	return true
}

// isHost reports whether s is a DNS name or an IPv4 address as a Host header has it: lower case, no port, no
// dot at the end.
func isHost(s string) bool {
	if len(s) > maxHost {
		return false
	}
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if !isLabel(label) {
			return false
		}
	}
	// A last label of digits makes it an address (WHATWG URL section 3.5), which must then be one.
	if strings.Trim(labels[len(labels)-1], "0123456789") == "" {
		_, err := netip.ParseAddr(s)
		return err == nil
	}
	return true
}

// isName reports whether s may stand in metrics, logs, headers and policies: letters, digits and _ . - :
// after a letter or digit, at most 63 bytes.
func isName(s string) bool {
	if s == "" || len(s) > maxLabel || !isAlphanumeric(s[0]) {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && c != '_' && c != '.' && c != '-' && c != ':' {
			return false
		}
	}
	return true
}

// nameRule says what a name is, for "... is not".
const nameRule = "a name: letters, digits and _ . - : after a letter or digit, at most 63"

// isText reports whether s may be compared with a claim or stand in a header value: not empty, no control
// characters, no space at the ends, at most 512 bytes of UTF-8.
func isText(s string) bool {
	if s == "" || len(s) > maxText || !utf8.ValidString(s) || strings.TrimSpace(s) != s {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || 0x7f <= r && r < 0xa0 || r == 0x2028 || r == 0x2029 })
}

const textRule = "text of 1 to 512 bytes without control characters or spaces at its ends"

// IsHeaderName reports whether s is a field name in lower case (RFC 9110 section 5.6.2), at most 512 bytes long.
func IsHeaderName(s string) bool {
	if s == "" || len(s) > maxText {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isLower(c) && !isDigit(c) && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return true
}

// isOrigin reports whether s is an origin as browsers serialise it (RFC 6454 section 6.2): scheme and host in
// lower case, no path, no default port.
func isOrigin(s string) bool {
	scheme, authority, ok := strings.Cut(s, "://")
	if !ok || scheme != "http" && scheme != "https" {
		return false
	}
	host, port, hasPort := strings.Cut(authority, ":")
	if hasPort && (!isPort(port) || port == "0" || scheme == "http" && port == "80" || scheme == "https" && port == "443") {
		return false
	}
	return isHost(host)
}

// isFetchURL reports whether a document may be fetched from s: https, or http on loopback; a host, no user, no
// fragment, visible ASCII only. What the host's address may be is the fetcher's business.
func isFetchURL(s string) bool {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok || len(s) > maxURL || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"#<>\\^`{|}", r) }) {
		return false
	}
	authority := rest
	if end := strings.IndexAny(rest, "/?"); end >= 0 {
		authority = rest[:end]
	}
	host, port := authority, ""
	if end := strings.LastIndexByte(authority, ':'); end > strings.LastIndexByte(authority, ']') {
		host, port = authority[:end], authority[end+1:]
		if !isPort(port) || port == "0" {
			return false
		}
	}
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
	bracketed := strings.HasPrefix(host, "[")
	switch {
	case bracketed && (err != nil || address.Zone() != "" || !strings.HasSuffix(host, "]")):
		return false
	case !bracketed && !isHost(strings.ToLower(host)):
		return false
	case scheme == "https":
		return true
	}
	return scheme == "http" && (host == "localhost" || err == nil && address.Unmap().IsLoopback())
}

const (
	maxURL       = 2048
	fetchURLRule = "a URL to fetch: https (or http on loopback), a host, neither user nor fragment"
)

// isPort reports whether s is a decimal port number without leading zeros.
func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && strconv.FormatUint(n, 10) == s
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isAlphanumeric(c byte) bool {
	return isLower(c) || isDigit(c) || 'A' <= c && c <= 'Z'
}

// IsHostName reports whether s is a DNS name in lower case, not an address.
func IsHostName(s string) bool {
	_, err := netip.ParseAddr(s)
	return isHost(s) && err != nil
}
