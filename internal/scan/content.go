package scan

import "strings"

// format is how a body is taken apart into leaves.
type format uint8

const (
	formatNone  format = iota // not scanned
	formatSniff               // undeclared: decided by the first sniffBytes bytes
	formatJSON
	formatForm
	formatText
	formatFormOrText // looks like a form, but nobody said so: scanned both ways
)

// sniffBytes is how much of a body without a content type decides what it is.
const sniffBytes = 256

// Scannable reports whether bodies of a content type are scanned: JSON, forms, multipart and every
// textual type; an empty or malformed type is scanned too, by what the body looks like.
func Scannable(contentType string) bool { return formatOf(contentType) != formatNone }

// textual types outside text/ whose subtype has no telling suffix.
var textualTypes = []string{
	"application/xml", "application/xhtml+xml", "application/javascript", "application/ecmascript",
	"application/x-javascript", "application/graphql", "application/yaml", "application/x-yaml",
	"application/toml", "application/sql", "application/csv", "application/rtf", "application/x-sh",
}

// formatOf reads a Content-Type header value (RFC 9110 section 8.3.1) without its parameters. Of a type that is
// malformed, or a range that belongs in Accept, servers look at the body, so we do too.
func formatOf(contentType string) format {
	mediaType, _, _ := strings.Cut(contentType, ";")
	mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	kind, subtype, _ := strings.Cut(mediaType, "/")
	switch {
	case !isToken(kind), !isToken(subtype):
		return formatSniff
	case isJSONType(kind, subtype):
		return formatJSON
	case mediaType == "application/x-www-form-urlencoded":
		return formatForm
	case kind == "text", kind == "multipart", strings.HasSuffix(subtype, "+xml"), strings.HasSuffix(subtype, "+yaml"):
		return formatText
	}
	for _, textual := range textualTypes {
		if mediaType == textual {
			return formatText
		}
	}
	return formatNone
}

// isToken reports whether s is a token (RFC 9110 section 5.6.2) without the wildcard.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && strings.IndexByte("!#$%&'+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

func isJSONType(kind, subtype string) bool {
	if strings.HasSuffix(subtype, "+json") || strings.HasSuffix(subtype, "+json-seq") {
		return true
	}
	if kind != "application" && kind != "text" {
		return false
	}
	switch subtype {
	case "json", "x-json", "ndjson", "x-ndjson", "jsonl", "x-jsonlines", "jsonlines", "json5", "json-seq", "json-patch", "csp-report", "reports+json":
		return true
	}
	return false
}

// sniff decides by the first bytes of a body of unknown type. It never answers formatNone.
func sniff(head []byte) format {
	text := trimJSONSpace(head)
	if len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		return formatJSON // falls back to text at the first byte that JSON does not allow
	}
	if looksLikeForm(head) {
		return formatFormOrText
	}
	return formatText
}

func trimJSONSpace(b []byte) []byte {
	if len(b) >= 3 && b[0] == 0xEF && b[1] == 0xBB && b[2] == 0xBF {
		b = b[3:]
	}
	for len(b) > 0 && isJSONSpace(b[0]) {
		b = b[1:]
	}
	return b
}

// looksLikeForm wants a name and an equals sign at the start and nothing in sight that a form encoder
// would have escaped.
func looksLikeForm(head []byte) bool {
	name := -1
	for i, c := range head {
		if c <= ' ' || c == '"' || c == '<' || c == '>' || c >= 0x7F {
			return false
		}
		if c == '=' && name < 0 {
			name = i
		}
	}
	return name > 0 && name <= 64
}
