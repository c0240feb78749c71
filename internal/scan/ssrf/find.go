// Package ssrf finds server-side request forgery in one decoded text: URLs whose host is a cloud's metadata
// service, or an address of this machine in a spelling that no client writes, and schemes that only a server's
// library follows. It knows nothing of bodies, views or policies.
package ssrf

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// High, as scan.High.
const severity = 2

// Confidences: a URL that is the whole value is a target, one inside a text may be talked about.
const (
	asValue  = 0.9
	numeric  = 0.84 // an address in disguise, wherever it leads
	wrapped  = 0.85 // a scheme that smuggles bytes to other services
	mention  = 0.6
	loopback = 0.6 // this machine in its plain spelling: what every configuration holds
)

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them, whatever its
// case.
var Triggers = []string{
	"://0", "://1", "://2", "://3", "://4", "://5", "://6", "://7", "://8", "://9", "://[", "://local", "@0", "@1", "@2", "@3", "@[", "%40",
	"169.254", "metadata.", "instance-data", "meta-data/", ".nip.io", "sslip.io", ".xip.io", "localtest.me", "lvh.me",
	"gopher:", "dict:", "ldap:", "ldaps:", "tftp:", "netdoc:", "jar:",
}

var triggers = lexicon.NewLiterals(Triggers, false)

type finder struct {
	text []byte
	dst  []match.Match
}

// Find appends the forged requests in text to dst, with byte offsets into text. Its time is linear in
// len(text): behind each scheme a bounded number of bytes is read. It allocates only to grow dst.
func Find(text []byte, dst []match.Match) []match.Match {
	f := finder{text: text, dst: dst}
	for i := 0; i < len(text); {
		n := bytes.IndexByte(text[i:], ':')
		if n < 0 {
			break
		}
		i += n
		if i+2 < len(text) && slash(text[i+1]) && slash(text[i+2]) {
			f.url(i)
		} else {
			f.opaque(i)
		}
		i++
	}
	f.bare()
	if len(f.dst) > len(dst) && !triggers.In(text) {
		return dst
	}
	return f.dst
}

func slash(c byte) bool { return c == '/' || c == '\\' }

func (f *finder) add(start, end int, confidence float32, rule string) {
	f.dst = append(f.dst, match.Match{Start: start, End: end, Confidence: confidence, Severity: severity, Rule: rule})
}

// scheme returns where the scheme before the colon at i begins.
func (f *finder) scheme(i int) int {
	j := i
	for j > 0 && j > i-12 && schemeByte(f.text[j-1]) {
		j--
	}
	return j
}

func schemeByte(c byte) bool {
	return c|0x20-'a' < 26 || c-'0' < 10 || c == '+' || c == '-' || c == '.'
}

// maxHost bounds the authority of a URL.
const maxHost = 256

// url judges the URL whose "://" begins at i.
func (f *finder) url(i int) {
	start := f.scheme(i)
	if start == i {
		return
	}
	whole := f.whole(start)
	if name := f.text[start:i]; smuggles(name) && !f.directory(name, i) {
		f.add(start, i+3, weight(whole, wrapped, mention), "smuggling_scheme")
	}
	from, to := f.authority(i + 3)
	switch kind := classify(f.text[from:to]); kind {
	case metadata:
		f.add(start, to, weight(whole, asValue, mention), "metadata_address")
	case disguised:
		f.add(start, to, weight(whole, numeric, mention), "disguised_address")
	case rebinding:
		f.add(start, to, weight(whole, numeric, mention), "rebinding_name")
	case local:
		f.add(start, to, weight(whole, loopback, 0.4), "loopback_address")
	}
}

func weight(whole bool, value, text float32) float32 {
	if whole {
		return value
	}
	return text
}

// maxName bounds the name of a parameter before a URL.
const maxName = 64

// whole reports whether the URL that begins at start is the value itself, or that of a parameter: nothing but
// a name and an equals sign before it, no blank in the text.
func (f *finder) whole(start int) bool {
	if start > maxName {
		return false
	}
	for i := start; i > 0; i-- {
		if c := f.text[i-1]; c <= ' ' || c == '<' || c == '"' {
			return i == 1 && c <= ' '
		}
	}
	for _, c := range f.text[start:min(len(f.text), start+maxHost)] {
		if c == ' ' || c == '\n' && start+maxHost < len(f.text) {
			return false
		}
	}
	return true
}

// authority returns the host in the authority that begins at i: after the user's name, before the port.
func (f *finder) authority(i int) (from, to int) {
	for i < len(f.text) && slash(f.text[i]) {
		i++
	}
	from, to = i, i
	for to < len(f.text) && to < i+maxHost {
		c := f.text[to]
		if c <= ' ' || slash(c) || c == '?' || c == '#' || c == '"' || c == '\'' || c == '<' || c == '>' || c == ')' || c == ',' {
			break
		}
		if c == '@' {
			from = to + 1
		}
		to++
	}
	if from < to && f.text[from] == '[' {
		if n := bytes.IndexByte(f.text[from:to], ']'); n > 0 {
			return from, from + n + 1
		}
		return from, to
	}
	if n := bytes.IndexByte(f.text[from:to], ':'); n >= 0 {
		if bytes.IndexByte(f.text[from+n+1:to], ':') >= 0 {
			return from, from // an address of IPv6 without its brackets: no client connects to that
		}
		to = from + n
	}
	return from, to
}

// directory reports whether the URL whose scheme name and "://" end and begin at i is one that services are configured with
// to look people up: a host by its name and nothing behind it, or the base of a search, /dc=example.
func (f *finder) directory(name []byte, i int) bool {
	if !fold.Equal(name, "ldap") && !fold.Equal(name, "ldaps") {
		return false
	}
	from, to := f.authority(i + 3)
	named := false // the last label of a host's name has letters
	for _, c := range f.text[from:to] {
		named = c|0x20-'a' < 26 || named && c != '.'
	}
	if !named || bytes.IndexByte(f.text[from:to], '.') < 0 {
		return false
	}
	rest := bytes.TrimLeft(f.text[to:min(len(f.text), to+maxHost)], ":0123456789")
	return len(rest) == 0 || rest[0] <= ' ' || len(rest) == 1 && rest[0] == '/' || rest[0] == '/' && bytes.IndexByte(rest, '=') > 1
}

// opaque judges the schemes that take no authority: jar:http://, netdoc:/.
func (f *finder) opaque(i int) {
	start := f.scheme(i)
	name := f.text[start:i]
	rest := f.text[i+1 : min(len(f.text), i+8)]
	switch {
	case fold.Equal(name, "jar") && (fold.HasPrefix(rest, "http") || fold.HasPrefix(rest, "file:") || fold.HasPrefix(rest, "ftp:")), fold.Equal(name, "netdoc") && fold.HasPrefix(rest, "/"):
		f.add(start, i+1, weight(f.whole(start), wrapped, mention), "smuggling_scheme")
	}
}

// bare judges a text that begins with an address of a metadata service without a scheme, and its paths.
func (f *finder) bare() {
	to := 0
	for to < len(f.text) && to < maxHost && f.text[to] > ' ' && !slash(f.text[to]) && f.text[to] != ':' && f.text[to] != '?' {
		to++
	}
	if to >= 7 && to < len(f.text) && f.text[to] == '/' && classify(f.text[:to]) == metadata && f.whole(0) {
		f.add(0, to, asValue, "metadata_address")
	}
}

// smuggles reports whether a scheme is one that only servers' libraries follow, to speak other protocols.
func smuggles(name []byte) bool {
	for _, s := range [...]string{"gopher", "dict", "ldap", "ldaps", "tftp", "netdoc"} {
		if fold.Equal(name, s) {
			return true
		}
	}
	return false
}
