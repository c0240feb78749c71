package scan

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// format is how a body is taken apart into leaves.
type format uint8

const (
	formatNone format = iota // not scanned
	formatJSON
	formatForm
	formatText
	formatXML
	formatFormOrText // looks like a form, but nobody said so: scanned both ways
	formatMultipart
	formatGRPC

	// From here on the first sniffBytes bytes decide.
	formatSniff      // an undeclared body, which is never binary
	formatSniffField // a value in a multipart body of which nothing is said
	formatSniffPart  // a file in one, whatever it is said to be
)

// sniffBytes is how much of a body without a content type decides what it is.
const sniffBytes = 256

// Scannable reports whether bodies of a content type are scanned: JSON, forms, multipart, gRPC and every
// textual type; an empty or malformed type is scanned too, by what the body looks like.
func Scannable(contentType string) bool { return formatOf(contentType) != formatNone }

// textualTypes are those outside text/ whose subtype has no telling suffix, each between spaces.
const textualTypes = " application/xhtml+xml application/javascript application/ecmascript application/x-javascript " +
	"application/graphql application/yaml application/x-yaml application/toml application/sql application/csv application/rtf application/x-sh "

// jsonTypes are the subtypes that are JSON without saying so by a suffix, each between spaces.
const jsonTypes = " json x-json ndjson x-ndjson jsonl x-jsonlines jsonlines json5 json-seq json-patch csp-report reports+json "

// maxMediaType is longer than any registered one: RFC 6838 allows 127 bytes on each side of the slash.
const maxMediaType = 255

// formatOf reads a Content-Type header value (RFC 9110 section 8.3.1) without its parameters. Of a type that is
// malformed, or a range that belongs in Accept, servers look at the body, so we do too.
func formatOf(contentType string) format {
	var lower [maxMediaType]byte
	return formatOfType(lowerType(&lower, contentType))
}

// lowerType writes the media type of a Content-Type in lower case; one that is too long is none.
func lowerType(lower *[maxMediaType]byte, contentType string) []byte {
	mediaType, _, _ := strings.Cut(contentType, ";")
	mediaType = strings.TrimSpace(mediaType)
	if len(mediaType) > len(lower) {
		return nil
	}
	n := copy(lower[:], mediaType)
	for i, c := range lower[:n] {
		if c >= 'A' && c <= 'Z' {
			lower[i] |= 0x20
		}
	}
	return lower[:n]
}

// formatOfType is formatOf for a media type in lower case.
func formatOfType(mediaType []byte) format {
	kind, subtype, _ := bytes.Cut(mediaType, []byte{'/'})
	if !isToken(kind) || !isToken(subtype) {
		return formatSniff
	}
	switch string(kind) {
	case "multipart":
		return formatMultipart
	case "text", "application":
		if listed(jsonTypes, subtype) {
			return formatJSON
		}
		if string(mediaType) == "text/plain" {
			return formatSniff // which is said of anything
		}
	}
	switch {
	case hasSuffix(subtype, "+json"), hasSuffix(subtype, "+json-seq"):
		return formatJSON
	case string(mediaType) == "application/x-www-form-urlencoded":
		return formatForm
	case isGRPC(mediaType):
		return formatGRPC
	case hasSuffix(subtype, "+xml") && string(subtype) != "xhtml+xml", string(subtype) == "xml":
		return formatXML
	case string(kind) == "text", hasSuffix(subtype, "+xml"), hasSuffix(subtype, "+yaml"), listed(textualTypes, mediaType):
		return formatText
	}
	return formatNone
}

// isGRPC reports whether a media type in lower case is gRPC's or, as bytes, gRPC-Web's.
func isGRPC(mediaType []byte) bool {
	const grpc = "application/grpc"
	if len(mediaType) < len(grpc) || string(mediaType[:len(grpc)]) != grpc {
		return false
	}
	rest := bytes.TrimPrefix(mediaType[len(grpc):], []byte("-web"))
	return len(rest) == 0 || rest[0] == '+'
}

func hasSuffix(b []byte, suffix string) bool {
	return len(b) >= len(suffix) && string(b[len(b)-len(suffix):]) == suffix
}

// listed reports whether word is one of those that list has between spaces.
func listed(list string, word []byte) bool {
	for {
		at := strings.Index(list, string(word))
		if at < 0 {
			return false
		}
		end := at + len(word)
		if list[at-1] == ' ' && list[end] == ' ' {
			return true
		}
		list = list[at+1:]
	}
}

// isToken reports whether b is a token (RFC 9110 section 5.6.2) in lower case without the wildcard.
func isToken(b []byte) bool {
	for _, c := range b {
		if (c < 'a' || c > 'z') && !digit(c) && strings.IndexByte("!#$%&'+-.^_`|~", c) < 0 {
			return false
		}
	}
	return len(b) > 0
}

// sniff decides by the first bytes of a body of unknown type. It never answers formatNone.
func sniff(head []byte) format {
	text := trimJSONSpace(head)
	if len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		return formatJSON // falls back to text at the first byte that JSON does not allow
	}
	if bytes.HasPrefix(text, []byte("<?xml")) {
		return formatXML
	}
	if sniffBoundary(head) != nil {
		return formatMultipart
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

// sniffField decides by the first bytes of a value of a multipart body.
func sniffField(head []byte) format {
	if text := trimJSONSpace(head); len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		return formatJSON
	}
	return formatText
}

// sniffPart decides by the first bytes of a file: it is not scanned if they are those of a known binary format.
func sniffPart(head []byte) format {
	if isBinary(head) {
		return formatNone
	}
	if f := sniff(head); f != formatMultipart {
		return f
	}
	return formatText // parts in parts are read where they are declared
}

// sniffBoundary returns the boundary of a body that begins with a delimiter and a header field of a part; nil of any other.
func sniffBoundary(head []byte) []byte {
	if len(head) < 3 || head[0] != '-' || head[1] != '-' {
		return nil
	}
	end := bytes.IndexByte(head, '\n')
	if end < 0 {
		return nil
	}
	line, next := bytes.TrimRight(head[2:end], " \t\r"), head[end+1:]
	if len(line) == 0 || len(line) > maxBoundaryBytes || len(next) < len("content-") || !equalFold(next[:len("content-")], "content-") {
		return nil
	}
	return line
}

// magics are the beginnings of binary files, and where they stand: images, archives, documents, sound, video and programs. The first byte is the
// offset.
const magics = "\x00\x89PNG\r\n\x1a\n|\x00\xff\xd8\xff|\x00GIF87a|\x00GIF89a|\x08WEBP|\x08WAVE|\x08AVI |\x00BM|\x00II*\x00|\x00MM\x00*|\x00\x00\x00\x01\x00|" +
	"\x00PK\x03\x04|\x00PK\x05\x06|\x00\x1f\x8b|\x00BZh|\x00\xfd7zXZ\x00|\x00(\xb5/\xfd|\x007z\xbc\xaf'\x1c|\x00Rar!\x1a\x07|\x00%PDF-|\x00\xd0\xcf\x11\xe0|" +
	"\x04ftyp|\x00\x1aE\xdf\xa3|\x00OggS|\x00ID3|\x00\xff\xfb|\x00fLaC|\x00\x00asm|\x00\x7fELF|\x00MZ|\x00SQLite format 3\x00|\x00PAR1|\x00wOFF|\x00wOF2"

// isBinary reports whether a file begins like a binary format. Its first bytes must also hold what no text holds: GIF89a alone is a way to
// disguise a script.
func isBinary(head []byte) bool {
	known := false
	for magic := range strings.SplitSeq(magics, "|") {
		at := int(magic[0])
		if len(head) >= at+len(magic)-1 && string(head[at:at+len(magic)-1]) == magic[1:] {
			known = true
			break
		}
	}
	return known && oddBytes(head) >= 4
}

// oddBytes counts bytes that are not part of UTF-8 text: control characters, and what is not UTF-8.
func oddBytes(b []byte) (odd int) {
	for i := 0; i < len(b); {
		r, width := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && width == 1 || r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7F {
			odd++
		}
		i += width
	}
	return odd
}
