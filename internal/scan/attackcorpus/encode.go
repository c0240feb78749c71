package attackcorpus

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Encoding is one way to write a text so that a reader that decodes sees it unchanged.
type Encoding struct {
	Name   string
	Encode func(text string) string
}

// Encodings returns the encodings under which detection is measured: those that a server, a browser or a model
// undoes.
func Encodings() []Encoding {
	return []Encoding{
		{"url", percentEncode},
		{"url twice", func(s string) string { return percentEncode(percentEncode(s)) }},
		{"url thrice", func(s string) string { return percentEncode(percentEncode(percentEncode(s))) }},
		{"%u", func(s string) string { return eachUnit(s, "%%u%04x") }},
		{`\u`, func(s string) string { return eachUnit(s, `\u%04x`) }},
		{"entities", func(s string) string { return eachRune(s, func(r rune) string { return fmt.Sprintf("&#x%x;", r) }) }},
		{"full width", func(s string) string { return eachRune(s, fullWidth) }},
		{"zero width", func(s string) string { return eachRune(s, func(r rune) string { return string(r) + "\u200b" }) }},
		{"NUL", func(s string) string { return eachRune(s, func(r rune) string { return string(r) + "\x00" }) }},
		{"overlong", func(s string) string { return eachByte(s, overlong) }},
		{"base64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }},
		{"base64url", func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }},
		{"hex", func(s string) string { return hex.EncodeToString([]byte(s)) }},
	}
}

// percentEncode escapes every byte that is no letter and no digit.
func percentEncode(s string) string {
	return eachByte(s, func(c byte) string {
		if c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' {
			return string(rune(c))
		}
		return fmt.Sprintf("%%%02X", c)
	})
}

func eachByte(s string, encode func(byte) string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteString(encode(s[i]))
	}
	return b.String()
}

func eachRune(s string, encode func(rune) string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteString(encode(r))
	}
	return b.String()
}

// eachUnit writes the UTF-16 units of s.
func eachUnit(s, format string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, format, unit)
	}
	return b.String()
}

func fullWidth(r rune) string {
	if r > ' ' && r < 0x7F {
		r += 0xFF01 - '!'
	}
	return string(r)
}

// overlong writes ASCII in two bytes, which UTF-8 forbids and some decoders accept.
func overlong(c byte) string {
	if c >= utf8.RuneSelf {
		return string([]byte{c})
	}
	return string([]byte{0xC0 | c>>6, 0x80 | c&0x3F})
}
