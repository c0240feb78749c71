package pii

import (
	"math/bits"

	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// Lengths of values that a field name or label can make a secret.
const (
	minKeyed    = 16
	minPassword = 6
	maxSecret   = 512
)

// MaybeSecret reports whether KeyedSecret could report the value, whatever its field: it is no web address,
// as most values without spaces are.
func MaybeSecret(value []byte) bool {
	return len(value) >= minPassword && !(value[0] == 'h' && (hasPrefix(value, "http://") || hasPrefix(value, "https://")))
}

// KeyedSecret appends the whole value when its field says that it is a secret and it looks like one.
func (t *Text) KeyedSecret(dst []Match) []Match {
	n := len(t.Bytes)
	if n < minPassword || n > maxSecret || t.Bare || len(dst) > 0 {
		return dst
	}
	key := t.Key
	if !key.Secret() || placeholder(t.Bytes) {
		return dst
	}
	for _, c := range t.Bytes {
		if c <= ' ' || c >= 0x7F {
			return dst
		}
	}
	switch {
	case n >= minKeyed && random(t.Bytes):
		return t.found(dst, Secret, 0, n, 0.85, match.High, "keyed-secret")
	case key&saysPassword != 0 && classes(t.Bytes) >= 2:
		return t.found(dst, Secret, 0, n, 0.7, match.High, "keyed-password")
	}
	return dst
}

// labelledSecretAt matches the value behind a label that ends at i: api_key = "value", password: value, and
// bearer tokens.
func (t *Text) labelledSecretAt(i int, dst []Match) []Match {
	if i < t.labelled {
		return dst // inside the value of a label before
	}
	start := i
	assigned := t.at(i-1) == ' '
	for n := 0; n < 6; n++ {
		c := t.at(start)
		if c == '=' || c == ':' {
			if t.at(start+1) == '/' && t.at(start+2) == '/' {
				return dst
			}
			assigned = true
		} else if c != ' ' && c != '"' && c != '\'' && c != '>' {
			break
		}
		start++
	}
	if !assigned {
		return dst
	}
	end := start
	for end < len(t.Bytes) && end-start < maxSecret && secretByte(t.Bytes[end]) {
		end++
	}
	t.labelled = end
	for end > start && (t.Bytes[end-1] == '.' || t.Bytes[end-1] == ',') {
		end--
	}
	value := t.Bytes[start:end]
	if len(value) < minKeyed || !random(value) || placeholder(value) {
		return dst
	}
	return t.found(dst, Secret, start, end, 0.75, match.High, "labelled-secret")
}

func secretByte(c byte) bool {
	return c > ' ' && c < 0x7F && c != '"' && c != '\'' && c != '<' && c != '>' && c != '&' && c != ';' && c != ',' && c != '`' && c != ')' && c != '}'
}

// placeholder recognises values that stand for a secret: variables, masks and examples.
func placeholder(b []byte) bool {
	if len(b) == 0 || b[0] == '$' || b[0] == '<' || b[0] == '{' || b[0] == '%' || b[0] == '*' || b[0] == '[' {
		return true
	}
	for _, mark := range [...]string{"xxxx", "****", "your", "example", "placeholder", "changeme", "redacted", "://", "...", "password", "secret"} {
		if containsFold(b, mark) {
			return true
		}
	}
	return false
}

// classes counts kinds of characters: lower case, upper case, digits, others.
func classes(b []byte) int {
	var seen uint8
	for _, c := range b {
		switch {
		case isDigit(c):
			seen |= 1
		case isUpper(c):
			seen |= 2
		case isLetter(c):
			seen |= 4
		default:
			seen |= 8
		}
	}
	return bits.OnesCount8(seen)
}

// random reports whether b is unlike words: digits among the letters, changes of kind throughout, and many
// different characters for its length.
func random(b []byte) bool {
	var seen [2]uint64
	changes, digits, last, distinct := 0, 0, 0, 0
	for _, c := range b {
		kind := 3
		switch {
		case isDigit(c):
			kind = 1
			digits++
		case isUpper(c):
			kind = 2
		}
		if last != 0 && kind != last {
			changes++
		}
		last = kind
		if bit := uint64(1) << (c & 63); seen[c>>6&1]&bit == 0 {
			seen[c>>6&1] |= bit
			distinct++
		}
	}
	return digits >= 2 && digits < len(b) && changes*5 >= len(b) && distinct >= min(10, len(b)/2)
}
