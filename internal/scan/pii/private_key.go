package pii

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/match"
)

const (
	// minKeyBody is less than half of what follows the first line of the shortest key.
	minKeyBody = 32
	// maxPrivateKey is longer than the PEM text of an RSA key of 16,384 bits.
	maxPrivateKey = 16 << 10
)

// privateKeyKinds are the words between BEGIN and PRIVATE KEY, and what the subtype makes of them.
var privateKeyKinds = [...]struct{ word, subtype string }{
	{"RSA ", "rsa"}, {"EC ", "ec"}, {"DSA ", "dsa"}, {"OPENSSH ", "openssh"}, {"PGP ", "pgp"}, {"ENCRYPTED ", "encrypted"},
	{"SSH2 ENCRYPTED ", "openssh"}, {"ANY ", "other"},
}

// privateKeyAt matches a private key in PEM (RFC 7468), OpenSSH's or PGP's armour, from its first line to its last, or
// to the end of what looks like its body.
func (t *Text) privateKeyAt(i int, dst []Match) []Match {
	const begin, dashes = "-----BEGIN ", "-----"
	start := max(0, i-len(begin)-len("SSH2 ENCRYPTED "))
	at := bytes.LastIndex(t.Bytes[start:i], []byte(begin))
	if at < 0 || !isUpper(t.Bytes[i]) {
		return dst
	}
	start += at
	subtype, word := "pkcs8", string(t.Bytes[start+len(begin):i])
	if word != "" {
		subtype = "other"
	}
	for _, kind := range privateKeyKinds {
		if kind.word == word {
			subtype = kind.subtype
		}
	}
	body := i + len("private key")
	if hasPrefix(t.Bytes[body:], " BLOCK") {
		body += len(" BLOCK")
	}
	if !hasPrefix(t.Bytes[body:], dashes) {
		return dst
	}
	body += len(dashes)
	end := t.armourEnd(body)
	if end-body < minKeyBody {
		return dst // a mention
	}
	return t.foundAs(dst, PrivateKey, subtype, start, end, 0.98, match.Critical, "private-key")
}

// armourEnd returns the end of an armoured body that starts at i: behind its last line, or where it stops to look
// like one. Lines of headers (Proc-Type: 4,ENCRYPTED) belong to it when a last line follows.
func (t *Text) armourEnd(i int) int {
	const dashes, last = "-----", "-----END "
	limit := min(len(t.Bytes), i+maxPrivateKey)
	if at := bytes.Index(t.Bytes[i:limit], []byte(dashes)); at >= 0 && hasPrefix(t.Bytes[i+at:], last) && at >= minKeyBody {
		end := i + at + len(last)
		for end < len(t.Bytes) && (isUpper(t.Bytes[end]) || isDigit(t.Bytes[end]) || t.Bytes[end] == ' ') {
			end++
		}
		return t.span5(end, '-')
	}
	for i < limit {
		c := t.Bytes[i]
		if !inClass('B', c) && c != '\n' && c != '\r' && c != ' ' && c != '\\' && c != ':' && c != ',' && c != '"' && c != '\'' {
			break
		}
		i++
	}
	return i
}

// span5 passes by up to five times the same byte.
func (t *Text) span5(i int, c byte) int {
	for n := 0; n < 5 && t.at(i) == c; n++ {
		i++
	}
	return i
}

// puttyAt matches PuTTY's key files (.ppk) around their line Private-Lines, from the first line of the file when it
// is near, to the end of the private part.
func (t *Text) puttyAt(i int, dst []Match) []Match {
	const first, mac = "PuTTY-User-Key-File-", "Private-MAC:"
	if i < t.armoured {
		return dst
	}
	start := max(t.armoured, i-4<<10)
	t.armoured = i + 1
	if at := bytes.LastIndex(t.Bytes[start:i], []byte(first)); at >= 0 {
		start += at
	} else {
		start = i
	}
	body := t.span(i+len("private-lines:")+1, 'd', 4)
	end := body
	for limit := min(len(t.Bytes), body+maxPrivateKey); end < limit; end++ {
		if c := t.Bytes[end]; !inClass('B', c) && c != '\n' && c != '\r' && c != ' ' && c != '\\' && c != '-' && c != ':' {
			break
		}
	}
	if at := bytes.Index(t.Bytes[body:end], []byte(mac)); at >= 0 {
		end = t.span(body+at+len(mac)+1, 'x', 64)
	}
	t.armoured = end
	if end-body < minKeyBody {
		return dst
	}
	return t.foundAs(dst, PrivateKey, "putty", start, end, 0.97, match.Critical, "private-key")
}

// maxJWK bounds how far from "kty" its private member is looked for: the longest key has 16,384 bits.
const maxJWK = 12 << 10

// jwkAt matches the private member d or k of a JSON Web Key (RFC 7517, RFC 7518) around its "kty" in a text. In a body
// of JSON the members are leaves, see jwkMember.
func (t *Text) jwkAt(i int, dst []Match) []Match {
	if i < t.jwk {
		return dst
	}
	from, until := i, i
	for from > 0 && i-from < maxJWK && t.Bytes[from] != '{' && t.Bytes[from] != '}' {
		from--
	}
	for until < len(t.Bytes) && until-i < maxJWK && t.Bytes[until] != '}' && t.Bytes[until] != '{' {
		until++
	}
	t.jwk = until
	object := t.Bytes[from:until]
	for _, name := range [...]string{`"d"`, `"k"`} {
		at := bytes.Index(object, []byte(name))
		if at < 0 {
			continue
		}
		start := from + at + len(name)
		for start < until && (t.Bytes[start] == ' ' || t.Bytes[start] == ':' || t.Bytes[start] == '"') {
			start++
		}
		end := t.span(start, 'u', maxJWK)
		if end-start >= 22 && varied(t.Bytes[start:end]) {
			dst = t.foundAs(dst, PrivateKey, "jwk", start, end, 0.95, match.Critical, "jwk")
		}
	}
	return dst
}

// jwkMember reports whether a value is the private part of a JSON Web Key: the name d and the length of a
// scalar of P-256, P-384, P-521, Ed448 or of an RSA exponent, in base64url.
func jwkMember(name, value []byte) bool {
	if len(name) != 1 || name[0] != 'd' {
		return false
	}
	switch n := len(value); {
	case n != 43 && n != 64 && n != 76 && n != 88 && n < 342, n > 4096:
		return false
	}
	return shape("<u43+>").is(value) && varied(value) && classes(value) >= 3
}
