package scan

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// maxSanitizeDepth bounds JSON texts inside strings of JSON texts; below it they are text.
const maxSanitizeDepth = 3

// appendSanitized appends body sanitized to dst: the values of JSON and of forms one by one, names as they are, and
// text whole. Bodies of other formats, in which markup is the content, are left as they are.
func appendSanitized(dst, body []byte, contentType string, how Sanitize) []byte {
	format := formatOf(contentType)
	if format == formatSniff {
		format = sniff(body[:min(len(body), sniffBytes)])
	}
	s := sanitizer{how: how}
	switch format {
	case formatJSON:
		return s.json(dst, body, 0)
	case formatForm:
		return s.form(dst, body)
	case formatText, formatFormOrText:
		if readAsText(contentType) {
			return appendClean(dst, body, s.how)
		}
	}
	return append(dst, body...)
}

// readAsText reports whether people read bodies of that type as text or as a page.
func readAsText(contentType string) bool {
	mediaType, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	switch strings.TrimSpace(mediaType) {
	case "text/html", "text/plain", "text/markdown", "text/x-markdown", "application/xhtml+xml":
		return true
	}
	return formatOf(contentType) == formatSniff
}

// sanitizer keeps its buffers from value to value.
type sanitizer struct {
	how         Sanitize
	text, clean []byte
}

// json sanitizes the strings of a JSON text that are values. What is no JSON is text.
func (s *sanitizer) json(dst, body []byte, depth int) []byte {
	var reader jsonReader
	if !reader.valid(body) {
		return appendClean(dst, body, s.how)
	}
	last := 0
	for i := 0; i < len(body); i++ {
		if body[i] != '"' {
			continue
		}
		end, escaped := stringEnd(body, i+1)
		after := end + 1
		for after < len(body) && isJSONSpace(body[after]) {
			after++
		}
		if after == len(body) || body[after] != ':' {
			dst = append(dst, body[last:i+1]...)
			dst = s.value(dst, body[i+1:end], escaped, depth)
			last = end
		}
		i = end
	}
	return append(dst, body[last:]...)
}

// value sanitizes a string's content as it is written in JSON. One that is clean is not touched.
func (s *sanitizer) value(dst, raw []byte, escaped bool, depth int) []byte {
	text := raw
	if escaped {
		s.text, _ = decodeString(s.text[:0], raw, len(raw))
		text = s.text
	}
	if inner := trimJSONSpace(text); depth < maxSanitizeDepth && len(inner) > 1 && mayNest(inner[0]) && new(jsonReader).valid(inner) {
		below := sanitizer{how: s.how}
		if clean := below.json(nil, text, depth+1); !bytes.Equal(clean, text) {
			return appendJSONString(dst, clean)
		}
		return append(dst, raw...)
	}
	if s.how == SanitizeSpeech && !bytes.ContainsAny(text, " <&") {
		return append(dst, raw...) // an identifier or an address is not spoken
	}
	s.clean = appendClean(s.clean[:0], text, s.how)
	if bytes.Equal(s.clean, text) {
		return append(dst, raw...)
	}
	return appendJSONString(dst, s.clean)
}

// form sanitizes the values of a form.
func (s *sanitizer) form(dst, body []byte) []byte {
	for len(body) > 0 {
		end := bytes.IndexByte(body, '&')
		if end < 0 {
			end = len(body)
		}
		name := bytes.IndexByte(body[:end], '=') + 1
		dst = append(dst, body[:name]...)
		dst = s.formValue(dst, body[name:end])
		if end < len(body) {
			dst = append(dst, '&')
			end++
		}
		body = body[end:]
	}
	return dst
}

func (s *sanitizer) formValue(dst, raw []byte) []byte {
	s.text = s.text[:0]
	for i := 0; i < len(raw); {
		c, width := asciiChar(raw[i]), 1
		switch raw[i] {
		case '+':
			c = asciiChar(' ')
		case '%':
			if decoded, n := decodePercentAt(raw[i:]); n == 3 {
				c, width = decoded, n
			}
		}
		s.text = append(s.text, c.bytes[:c.n]...)
		i += width
	}
	if s.clean = appendClean(s.clean[:0], s.text, s.how); bytes.Equal(s.clean, s.text) {
		return append(dst, raw...)
	}
	return appendFormEncoded(dst, s.clean)
}

// appendJSONString writes text as the content of a JSON string (RFC 8259 section 7).
func appendJSONString(dst, text []byte) []byte {
	const digits = "0123456789abcdef"
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf {
			r, width := utf8.DecodeRune(text[i:])
			dst = utf8.AppendRune(dst, r)
			i += width
			continue
		}
		i++
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c < ' ':
			dst = append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return dst
}
