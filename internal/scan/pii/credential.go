package pii

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// userInfoAt matches the user and password of scheme://user:password@host before the @ at offset at: connection strings
// of databases and brokers, remote repositories.
func (t *Text) userInfoAt(at int, dst []Match) []Match {
	const maxUserInfo = 128
	colon := -1
	start := at
	for ; start > 0 && at-start < maxUserInfo; start-- {
		c := t.Bytes[start-1]
		if c <= ' ' || c == '"' || c == '<' || c == '>' || c == '?' || c == '#' || c == '@' {
			return dst
		}
		if c == '/' {
			break
		}
		if c == ':' {
			colon = start - 1
		}
	}
	if !hasPrefix(t.Bytes[max(0, start-3):], "://") || colon < 0 || !isWord(t.at(at+1)) && t.at(at+1) != '[' {
		return dst
	}
	user, password := t.Bytes[start:colon], t.Bytes[colon+1:at]
	if !credential(user, password) || t.publicScheme(start-len("://")) && !passwordLike(password, true) {
		return dst
	}
	return t.foundAs(dst, Secret, "url_credentials", start, at, 0.85, match.Critical, "url-credentials")
}

// publicScheme reports whether the scheme that ends at i is one of the web or of public archives: their documentation writes
// words for passwords, and people who type a password there choose better ones.
func (t *Text) publicScheme(i int) bool {
	for _, scheme := range [...]string{"http", "https", "ftp", "cvs", "svn", "ssh", "git"} {
		if i >= len(scheme) && fold.Equal(t.Bytes[i-len(scheme):i], scheme) && !isLetter(t.at(i-len(scheme)-1)) {
			return true
		}
	}
	return false
}

// credential reports whether a password may be one: long enough, no placeholder, and not the user's name again, which
// is what documentation writes (guest:guest).
func credential(user, password []byte) bool {
	return len(password) >= minPassword && !placeholder(password) && !bytes.Equal(user, password) && !stock(password)
}

// basicAt matches credentials of HTTP's Basic scheme (RFC 7617) that start at i: base64 of user:password.
func (t *Text) basicAt(i int, dst []Match) []Match {
	end := t.span(i, 'B', maxSecret)
	if isWord(t.at(end)) || !decodesToPair(t.Bytes[i:end]) {
		return dst
	}
	return t.foundAs(dst, Secret, "basic_auth", i, end, 0.9, match.Critical, "basic-auth")
}

// decodesToPair reports whether base64 reads as user:password in printable ASCII.
func decodesToPair(encoded []byte) bool {
	if len(encoded) < 8 {
		return false
	}
	colon, n := -1, 0
	bits, width := uint32(0), 0
	for _, c := range encoded {
		if c == '=' {
			break
		}
		bits = bits<<6 | uint32(base64Value(c))
		if width += 6; width >= 8 {
			width -= 8
			d := byte(bits >> width)
			if d <= ' ' || d >= 0x7F {
				return false
			}
			if d == ':' && colon < 0 {
				colon = n
			}
			n++
		}
	}
	return colon > 0 && n-colon > 3
}

// bearerAt matches the token that follows the word Bearer (RFC 6750).
func (t *Text) bearerAt(i int, dst []Match) []Match {
	if t.taken(i) {
		return dst
	}
	for n := 0; n < 2 && (t.at(i) == '"' || t.at(i) == '\'' || t.at(i) == ' '); n++ {
		i++
	}
	end := t.valueEnd(i, 0)
	t.take(i, end)
	value := t.Bytes[i:end]
	if len(value) < minKeyed || !random(value) || placeholder(value) || codeLike(value) || t.uuidAt(i) || t.jwtEnd(i) == end {
		return dst
	}
	return t.foundAs(dst, Secret, "bearer_token", i, end, 0.8, match.High, "bearer-token")
}

// authorizationAt matches the credentials of an Authorization header that start at i, behind the name of a scheme or without
// one: Token 5f3c…, ApiKey 5f3c…. Basic and Bearer have rules of their own.
func (t *Text) authorizationAt(i int, dst []Match) []Match {
	const scheme = 16
	word := t.span(i, 'u', scheme+1)
	if t.at(word) == ' ' && word-i <= scheme {
		if name := t.Bytes[i:word]; fold.Equal(name, "basic") || fold.Equal(name, "bearer") || fold.Equal(name, "digest") {
			return dst
		}
		i = word + 1
	}
	end := t.valueEnd(i, 0)
	t.take(i, end)
	value := t.Bytes[i:end]
	if !(len(value) >= minKeyed && random(value)) || masked(value) || placeholder(value) || codeLike(value) || t.jwtEnd(i) == end {
		return dst
	}
	return t.foundAs(dst, Secret, "authorization", i, end, 0.82, match.High, "authorization")
}

// curlAt matches user:password behind -u or --user on a command line of curl.
func (t *Text) curlAt(i int, dst []Match) []Match {
	const most = 512
	if i < t.commanded || isWord(t.at(i-1)) {
		return dst
	}
	line := t.Bytes[i:min(len(t.Bytes), i+most)]
	if end := bytes.IndexByte(line, '\n'); end >= 0 && (end == 0 || line[end-1] != '\\') {
		line = line[:end]
	}
	t.commanded = i + len(line)
	at := bytes.Index(line, []byte(" -u"))
	skip := len(" -u")
	if at < 0 {
		if at = bytes.Index(line, []byte(" --user")); at < 0 {
			return dst
		}
		skip = len(" --user")
	}
	start := i + at + skip
	for n := 0; n < 3 && (t.at(start) == ' ' || t.at(start) == '"' || t.at(start) == '\'' || t.at(start) == '='); n++ {
		start++
	}
	end := t.valueEnd(start, 0)
	if quote := t.at(end + 1); t.at(end) == ':' && (quote == '\'' || quote == '"') && secretByte(t.at(end+2)) {
		if end = t.valueEnd(end+2, quote); t.at(end) == quote {
			end++ // jane:'password'
		}
	}
	colon := bytes.IndexByte(t.Bytes[start:end], ':')
	if colon < 0 || !credential(t.Bytes[start:start+colon], bytes.Trim(t.Bytes[start+colon+1:end], "'\"")) {
		return dst
	}
	return t.foundAs(dst, Secret, "basic_auth", start, end, 0.8, match.Critical, "curl-user")
}

// sasAt matches the signature of a shared access signature of Azure: base64 of 32 bytes, beside the members that
// only such a query has.
func (t *Text) sasAt(i int, dst []Match) []Match {
	const near = 400
	start := i + len("sig=")
	if i < t.signed || isWord(t.at(i-1)) {
		return dst
	}
	end := start
	for end < len(t.Bytes) && end-start < 80 && (inClass('B', t.Bytes[end]) || t.Bytes[end] == '%') {
		end++
	}
	t.signed = end
	value := t.Bytes[start:end]
	if !(bytes.HasSuffix(value, []byte("=")) || bytes.HasSuffix(value, []byte("%3D")) || bytes.HasSuffix(value, []byte("%3d"))) || len(value) < 44 || !varied(value) {
		return dst
	}
	around := t.Bytes[max(0, i-near):min(len(t.Bytes), end+near)]
	if !bytes.Contains(around, []byte("se=")) || !bytes.Contains(around, []byte("sv=")) && !bytes.Contains(around, []byte("sr=")) {
		return dst
	}
	return t.foundAs(dst, Secret, "azure_sas", start, end, 0.95, match.Critical, "azure-sas")
}
