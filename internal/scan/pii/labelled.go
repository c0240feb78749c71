package pii

import (
	"bytes"
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// Lengths of values that a field name or label can make a secret.
const (
	minKeyed    = 16
	minMixed    = 10
	minPassword = 6
	maxSecret   = 512
	maxLabel    = 64
)

// MaybeSecret reports whether KeyedSecret could report the value, whatever its field: it is no web address,
// as most values without spaces are.
func MaybeSecret(value []byte) bool {
	return len(value) >= minPassword && !(value[0] == 'h' && (hasPrefix(value, "http://") || hasPrefix(value, "https://")))
}

// KeyedSecret appends the whole value when its field says that it is a secret and it looks like one.
func (t *Text) KeyedSecret(dst []Match) []Match {
	n := len(t.Bytes)
	if n < minPassword || n > maxPrivateKey || t.Bare || len(dst) > 0 || !t.Key.Secret() {
		return dst
	}
	if jwkMember(t.Name, t.Bytes) {
		return t.foundAs(dst, PrivateKey, "jwk", 0, n, 0.85, match.Critical, "jwk")
	}
	for _, c := range t.Bytes {
		if c <= ' ' || c >= 0x7F {
			return dst
		}
	}
	if len(t.Name) == 1 {
		return dst
	}
	return t.judgeSecret(label{t.Name, t.Key}, 0, n, true, dst)
}

// label is the name before a value and what it says.
type label struct {
	name []byte
	says Evidence
}

// judgeSecret appends the value at start to end when its label makes it a secret. quoted says that the value is a whole
// string; without quotes it may as well be a word of a sentence or a piece of code.
func (t *Text) judgeSecret(l label, start, end int, quoted bool, dst []Match) []Match {
	value := t.Bytes[start:end]
	if len(value) < minPassword || len(value) > maxSecret || !l.says.Secret() && !endsWithKey(l.name) {
		return dst
	}
	generic := keyLike(value)
	password := l.says&saysPassword != 0 && passwordLike(value, quoted)
	pair := bytes.HasSuffix(l.name, []byte("auth")) && decodesToPair(value)
	vendor := vendorOf(l.name, value)
	if !generic && !password && !pair && vendor == "" || notTheSecret(l.name) || masked(value) || t.jwtEnd(start) == end {
		return dst
	}
	switch {
	case pair:
		return t.foundAs(dst, Secret, "docker_auth", start, end, 0.9, match.Critical, "basic-auth")
	case vendor != "":
		return t.foundAs(dst, Secret, vendor, start, end, 0.92, match.Critical, "vendor-label")
	case !l.says.Secret(), placeholder(value), !quoted && codeLike(value), len(value) == uuidLength && t.uuidAt(start) && !namesKey(l.name):
		return dst
	case generic:
		return t.foundAs(dst, Secret, "generic", start, end, 0.82, match.High, "labelled-secret")
	}
	return t.foundAs(dst, Secret, "password", start, end, 0.72, match.High, "labelled-password")
}

// endsWithKey reports whether a name is that of a key, which is a secret's when it names a vendor and the value has that
// vendor's form.
func endsWithKey(name []byte) bool {
	return len(name) > len("key") && fold.Equal(name[len(name)-len("key"):], "key")
}

// secretLabelAt matches the value behind a label of which a part stands at start to end: api_key = "value", password: value,
// <password>value</password>, --token value, name: DB_PASSWORD with value: on the next line.
func (t *Text) secretLabelAt(start, end int, dst []Match) []Match {
	if t.taken(end - 1) {
		return dst // inside a label or value before
	}
	if fold.Equal(t.Name, "authorization") {
		return t.authorizationAt(0, dst)
	}
	from, to := t.labelAround(start, end)
	t.take(from, to)
	name := t.Bytes[from:to]
	at, assigned := t.assignment(from, to)
	if !assigned || noLabel(name) {
		return dst
	}
	at, quote := t.opening(at)
	if fold.Equal(name, "authorization") {
		return t.authorizationAt(at, dst)
	}
	valueEnd := t.valueEnd(at, quote)
	t.take(from, max(to, valueEnd))
	quoted := quote != 0 && (valueEnd == len(t.Bytes) || t.Bytes[valueEnd] == quote)
	if !quoted && t.at(to) == ':' && fold.Equal(name, "pass") && !t.loginBefore(from) {
		return dst // the result of a test
	}
	return t.judgeSecret(label{name, NameEvidence(name)}, at, valueEnd, quoted, dst)
}

// take notes that the bytes from start to end were read as a label and its value, so that labels inside cost nothing.
func (t *Text) take(start, end int) { t.labels = [2]int{start, end} }

func (t *Text) taken(i int) bool { return i >= t.labels[0] && i < t.labels[1] }

// labelAround returns the bounds of the whole label, maxLabel bytes at most, whose part was found at start to end.
func (t *Text) labelAround(start, end int) (from, to int) {
	if last := t.Bytes[end-1]; last == '=' || last == ':' || last == '"' {
		end--
	}
	if t.Bytes[start] == '"' {
		start++
	}
	from, to = start, end
	for from > 0 && end-from < maxLabel && isLabel(t.Bytes[from-1]) {
		from--
	}
	for t.Bytes[from]&0xC0 == 0x80 {
		from++ // the end of a character that belongs to no label
	}
	for to < len(t.Bytes) && to-from < maxLabel && isLabel(t.Bytes[to]) {
		to++
	}
	for to > end && (t.Bytes[to-1] == '.' || t.Bytes[to-1] == '-') {
		to--
	}
	return from, to
}

// isLabel knows what labels are made of: letters with accents too, which begin with 0xC3 to 0xC5 in UTF-8.
func isLabel(c byte) bool { return isWord(c) || c == '-' || c == '.' || c >= 0x80 && c <= 0xC5 }

// noLabel reports whether a name that looks like a password's is that of something else: the result of a test, the directory
// of a shell.
func noLabel(name []byte) bool {
	return string(name) == "PASS" || string(name) == "PWD" || string(name) == "OLDPWD"
}

// opening returns where the value behind its opening quote begins, and what ends it: a quote, or 0.
func (t *Text) opening(at int) (start int, quote byte) {
	switch c, next := t.at(at), t.at(at+1); {
	case c == '"' || c == '\'' || c == '`':
		return at + 1, c
	case (next == '"' || next == '\'') && (c == 'b' || c == 'r' || c == 'f' || c == '@' || c == 'u'):
		return at + 2, next
	case t.curly(at):
		return at + 3, 0xE2
	}
	return at, 0
}

// curly reports whether a typographic quote stands at i.
func (t *Text) curly(i int) bool {
	return t.at(i) == 0xE2 && t.at(i+1) == 0x80 && t.at(i+2) >= 0x98 && t.at(i+2) <= 0x9F
}

// assignment returns where the value of a label that stands at from to to begins, and whether there is something
// between them that assigns.
func (t *Text) assignment(from, to int) (at int, assigned bool) {
	at = to
	for n := 0; n < 3 && (t.at(at) == '"' || t.at(at) == '\'' || t.at(at) == ']' || t.at(at) == '`' || t.at(at) == '*'); n++ {
		at++
	}
	if t.curly(at) {
		at += 3
	}
	quoted := at > to
	spaces := t.spaces(at, 8)
	at += spaces
	switch c, next := t.at(at), t.at(at+1); {
	case c == '=' && next == '=', c == ':' && next == '/':
		return at, false
	case (c == '=' || c == ':') && (next == '>' || next == '=' || next == ':'):
		at += 2
	case c == '=' || c == ':':
		at++
	case c == '>' && t.at(from-1) == '<' && spaces == 0:
		return at + 1, true
	case quoted && hasPrefix(t.Bytes[at:], "value="):
		return at + len("value="), true
	case c == '\n' && t.at(from-1) == ' ':
		at++
		at += t.spaces(at, 16)
		if !hasPrefix(t.Bytes[at:], "value: ") {
			return at, false
		}
		return at + len("value: "), true
	case spaces == 1 && from >= 2 && hasPrefix(t.Bytes[from:], "--"):
		return at, true
	case spaces == 1 && t.netrc(from):
		return at, true
	case spaces == 1 && !quoted:
		if width := t.copula(at); width > 0 && t.telling(at+width) {
			return at + width, true
		}
		return at, false
	default:
		return at, false
	}
	return at + t.spaces(at, 4), true
}

// copula returns the length of a word for is, with the space behind it, that stands at i, or 0.
func (t *Text) copula(i int) int {
	for _, word := range [...]string{"is ", "is: ", "ist ", "es ", "est ", "é ", "è "} {
		if hasPrefix(t.Bytes[i:], word) {
			return len(word)
		}
	}
	return 0
}

// telling reports whether the word at i is no word of a sentence: it has digits, and capitals or marks that words do not have,
// and is no name of a method, as in: the password is SHA256.
func (t *Text) telling(i int) bool {
	word := t.Bytes[i:t.valueEnd(i, 0)]
	for _, method := range [...]string{"sha", "md5", "aes", "utf", "base", "pbkdf", "rfc", "ascii"} {
		if fold.HasPrefix(word, method) {
			return false
		}
	}
	digits, marks := false, false
	for _, c := range word {
		digits = digits || isDigit(c)
		marks = marks || isUpper(c) || !isWord(c) && c != '-' && c != '.' && c != '/' && c != ':' && c != '%'
	}
	return digits && (marks || len(word) >= minKeyed)
}

// netrc reports whether the word that starts at from is the password of an entry of .netrc, behind its login.
func (t *Text) netrc(from int) bool {
	return hasPrefix(t.Bytes[from:], "password ") && t.loginBefore(from)
}

// loginBefore reports whether the name of an account stands shortly before i.
func (t *Text) loginBefore(i int) bool {
	const near = 96
	before := t.Bytes[max(0, i-near):i]
	return bytes.Contains(before, []byte("login")) || bytes.Contains(before, []byte("user"))
}

// spaces counts the spaces and tabs from i on, up to a number of them.
func (t *Text) spaces(i, most int) int {
	n := 0
	for n < most && (t.at(i+n) == ' ' || t.at(i+n) == '\t') {
		n++
	}
	return n
}

// valueEnd returns the end of a value that starts at i: its quote, or the first byte that ends a value without quotes.
func (t *Text) valueEnd(i int, quote byte) int {
	end := i
	limit := min(len(t.Bytes), i+maxSecret)
	if quote != 0 {
		for end < limit && t.Bytes[end] != quote && t.Bytes[end] > ' ' {
			end++
		}
		return end
	}
	for end < limit && (secretByte(t.Bytes[end]) || t.Bytes[end] == '&' && !t.separates(end)) {
		end++
	}
	for end > i && (t.Bytes[end-1] == '.' || t.Bytes[end-1] == ',' || t.Bytes[end-1] == ':') {
		end--
	}
	return end
}

// separates reports whether the & at i ends a value: the name of the next parameter and = follow, or it begins a reference.
func (t *Text) separates(i int) bool {
	const most = 32
	end := t.span(i+1, 'v', most)
	return t.at(end) == '=' || t.at(end) == ';' || t.at(end) == '['
}

func secretByte(c byte) bool {
	return c > ' ' && c < 0x7F && c != '"' && c != '\'' && c != '<' && c != '>' && c != '&' && c != ';' && c != ',' && c != '`' && c != ')' && c != '}'
}

// lastWords end names of what belongs to a secret and is none: token_type, secret_name, password_file, api_key_url.
var lastWords = wordSet(" name names type types url uri urls endpoint file files path dir format policy policies length len size count limit usage " +
	"expiry expires expiration ttl age scope scopes status state enabled required field fields label prompt hint help text title message error " +
	"description version index position offset regex pattern prefix suffix provider manager store class method mode func handler ref arn label " +
	"alias kind selector namespace algorithm alg encryption authentication mechanism strength complexity rules rounds hasher target action event header param parameter source service ")

// innerWords say that a token or key opens nothing: page_token, csrf_token, public_key, sort_key.
var innerWords = wordSet(" amz page next prev previous continuation continue sync pagination csrf xsrf public publishable pub primary foreign sort partition " +
	"idempotency cache routing hash hashed digest fingerprint checksum signature thumbprint etag sha sha1 sha256 sha512 md5 ")

// notTheSecret reads the words of a name.
func notTheSecret(name []byte) bool {
	last := false
	for i := 0; i < len(name); {
		from := i
		for i < len(name) && isLetter(name[i]) && (i == from || !isUpper(name[i]) || isUpper(name[i-1])) || i < len(name) && i > from && isDigit(name[i]) {
			i++
		}
		if i == from {
			i++
			continue
		}
		if listed(innerWords, name[from:i]) {
			return true
		}
		last = listed(lastWords, name[from:i])
	}
	return last
}

// maxListed bounds the words of lists.
const maxListed = 14

func wordSet(list string) map[string]bool {
	set := make(map[string]bool)
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}

// listed reports whether a set has the word, in any case.
func listed(set map[string]bool, word []byte) bool {
	n := len(word)
	if n < 2 || n > maxListed {
		return false
	}
	var lower [maxListed]byte
	for i, c := range word {
		if isUpper(c) {
			c |= 0x20
		}
		lower[i] = c
	}
	return set[string(lower[:n])]
}

// namesKey reports whether a name speaks of a key, a secret or access, whose values are secrets even as UUIDs.
func namesKey(name []byte) bool {
	for _, part := range [...]string{"key", "secret", "auth", "access", "passw"} {
		if containsFold(name, part) {
			return true
		}
	}
	return false
}
