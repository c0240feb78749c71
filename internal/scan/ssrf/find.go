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
	"://0", "://1", "://2", "://3", "://4", "://5", "://6", "://7", "://8", "://9", "://[", "://local", "://\xe2", "@0", "@1", "@2", "@3", "@[", "%40",
	"169.254", "metadata.", "metadata/", "-metadata", "instance-data", "meta-data/", ".nip.io", "sslip.io", ".xip.io", "localtest.me", "lvh.me", "vcap.me", "lacolhost.com", ".rbndr.us",
	".1u.ms", "oastify.com", "burpcollaborator", "interact.sh", ".oast.", ".dnslog.cn", ".ceye.io", "://ip6-", "http:1", "http:/1", "http:@", "http:2", "http:0", "://unix:",
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
	if start == i || !fold.Letter(f.text[start]) {
		return
	}
	whole := f.whole(start)
	if name := f.text[start:i]; smuggles(name) && !f.directory(name, i) {
		f.add(start, i+3, weight(whole, wrapped, mention), "smuggling_scheme")
	}
	from, to := f.authority(i + 3)
	f.judge(start, from, to, whole)
	if whole {
		f.confused(start, i+3)
	}
}

// judge weighs the host text[from:to] of the URL at start.
func (f *finder) judge(start, from, to int, whole bool) {
	switch classify(f.text[from:to]) {
	case metadata:
		f.add(start, to, weight(whole, asValue, mention), "metadata_address")
	case disguised:
		if n := bytes.IndexByte(f.text[start:], ':'); schemes.Class(f.text[start:start+n]) == 0 {
			return // docker://1.8.1 is a version
		}
		f.add(start, to, weight(whole, numeric, mention), "disguised_address")
	case rebinding:
		f.add(start, to, weight(whole, numeric, mention), "rebinding_name")
	case callback:
		f.add(start, to, weight(whole, numeric, mention), "callback_name")
	case local:
		f.add(start, to, weight(whole, loopback, 0.4), "loopback_address")
	}
}

// confused judges the authority at i of the URL at start, which is a whole value, by what different readers take for its host: a host
// where the name of a user stands, before an address; an address behind a mark that ends the authority for some; a socket.
func (f *finder) confused(start, i int) {
	end := min(len(f.text), i+maxHost)
	at, to := -1, i // the last @, and where the part before it ends for those who read strictly
	for j := i; j < end && f.text[j] != '/' && f.text[j] > ' '; j++ {
		if f.text[j] == '@' {
			at = j
		}
	}
	if at < 0 {
		switch from, to := f.authority(i); {
		case fold.HasPrefix(f.text[i:end], "unix:/"):
			f.add(start, i+6, numeric, "socket")
		case classify(f.text[from:to]) == local && (service(f.text[to:end]) || f.text[from] == '[' && to < end && f.text[to] == '%'):
			f.add(start, to, numeric, "loopback_service")
		}
		return
	}
	for to < at && f.text[to] != ':' && f.text[to] != '#' && f.text[to] != '\\' && f.text[to] != '?' && f.text[to] != '&' && f.text[to] != '@' {
		to++
	}
	first := classify(f.text[i:to])
	from, last := f.authority(at + 1)
	second := classify(f.text[from:last])
	if first != elsewhere && first != local || second != elsewhere && (first == local || f.text[to] != ':' && f.text[to] != '@' || hostname(f.text[i:to])) {
		f.add(start, last, numeric, "confused_authority")
	}
}

// service reports whether a port is one of those at which no server of HTTP listens.
func service(b []byte) bool {
	if len(b) == 0 || b[0] != ':' {
		return false
	}
	n := 1
	for n < len(b) && b[n]-'0' < 10 {
		n++
	}
	return ports.Class(b[1:n]) != 0
}

var ports = lexicon.New(lexicon.Group{Class: 1, Words: "21 22 23 25 110 135 139 143 445 1433 1521 2375 3306 3389 5432 5900 6379 10250 10255 11211 27017"})

// schemes are those of clients that connect to the host that they name.
var schemes = lexicon.New(lexicon.Group{Class: 1, Words: "http https ftp ftps sftp tftp ws wss gopher dict ldap ldaps telnet imap pop3 smtp"})

// hostname reports whether a name has labels, the last one of letters: no name of a user that is written into a URL.
func hostname(b []byte) bool {
	n := bytes.LastIndexByte(b, '.')
	if n <= 0 || n+2 >= len(b) {
		return false
	}
	for _, c := range b[n+1:] {
		if !fold.Letter(c) {
			return false
		}
	}
	return true
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
	case fold.Equal(name, "http") || fold.Equal(name, "https"):
		j := i + 1 // http:127.0.0.1, http:/127.0.0.1, http:@127.0.0.1, which clients read as if the slashes stood there
		for j < len(f.text) && j < i+3 && (slash(f.text[j]) || f.text[j] == '@') {
			j++
		}
		from, to := f.authority(j)
		if k := classify(f.text[from:to]); k != elsewhere && bytes.IndexByte(f.text[from:to], '.') > 0 && f.whole(start) {
			f.add(start, to, numeric, "disguised_address")
		}
	}
}

// bare judges a text that begins with an address of a metadata service without a scheme, and its paths.
func (f *finder) bare() {
	from := 0 // //169.254.169.254/ takes the scheme of the page
	for from < len(f.text) && from < 4 && slash(f.text[from]) {
		from++
	}
	to := from
	for to < len(f.text) && to < maxHost && f.text[to] > ' ' && !slash(f.text[to]) && f.text[to] != ':' && f.text[to] != '?' {
		to++
	}
	if to >= from+7 && to < len(f.text) && bytes.IndexByte(f.text[from:to], '.') > 0 && (slash(f.text[to]) || f.text[to] == ':' && from > 1) && classify(f.text[from:to]) == metadata && f.whole(0) {
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
