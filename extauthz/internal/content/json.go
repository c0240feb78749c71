package content

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Bounds of a JSON body. Numbers are short because those who compute with them expand exponents: 1e999999999 has as
// many digits.
const (
	maxDepth    = 64
	maxValues   = 100_000
	maxDigits   = 64
	maxExponent = 400
)

// Errors of JSON bodies, for clients: they hold nothing of the body.
var (
	errSyntax    = errors.New("is not valid JSON")
	errUTF8      = errors.New("is not valid UTF-8")
	errDuplicate = errors.New("has an object with the same key twice")
	errDepth     = errors.New("is nested too deeply")
	errValues    = errors.New("has too many values")
	errNumber    = errors.New("has a number that is too long")
)

// ParseJSON decodes exactly one JSON text (RFC 8259) into map[string]any, []any, string, json.Number, bool and nil. What
// readers could take in two ways is an error: a key twice, invalid UTF-8, half a surrogate pair, text after the end.
func ParseJSON(text string) (any, error) {
	if !utf8.ValidString(text) {
		return nil, errUTF8
	}
	p := parser{text: text}
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if p.space(); p.at != len(text) {
		return nil, errSyntax
	}
	return v, nil
}

type parser struct {
	text   string
	at     int
	values int
}

func (p *parser) space() {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t' || p.text[p.at] == '\n' || p.text[p.at] == '\r') {
		p.at++
	}
}

// next is the next byte after white space, 0 at the end.
func (p *parser) next() byte {
	if p.space(); p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *parser) value(depth int) (any, error) {
	if p.values++; p.values > maxValues {
		return nil, errValues
	}
	if depth > maxDepth {
		return nil, errDepth
	}
	switch c := p.next(); {
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	case c == '"':
		return p.string()
	case c == '-' || '0' <= c && c <= '9':
		return p.number()
	}
	for _, literal := range [...]struct {
		text  string
		value any
	}{{"true", true}, {"false", false}, {"null", nil}} {
		if strings.HasPrefix(p.text[p.at:], literal.text) {
			p.at += len(literal.text)
			return literal.value, nil
		}
	}
	return nil, errSyntax
}

func (p *parser) object(depth int) (any, error) {
	object := map[string]any{}
	p.at++
	if p.next() == '}' {
		p.at++
		return object, nil
	}
	for {
		if p.next() != '"' {
			return nil, errSyntax
		}
		key, err := p.string()
		if err != nil {
			return nil, err
		}
		if _, twice := object[key]; twice {
			return nil, errDuplicate
		}
		if p.next() != ':' {
			return nil, errSyntax
		}
		p.at++
		if object[key], err = p.value(depth + 1); err != nil {
			return nil, err
		}
		if more, err := p.more('}'); !more {
			return object, err
		}
	}
}

func (p *parser) array(depth int) (any, error) {
	array := []any{}
	p.at++
	if p.next() == ']' {
		p.at++
		return array, nil
	}
	for {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		array = append(array, v)
		if more, err := p.more(']'); !more {
			return array, err
		}
	}
}

// more passes over a comma, or over the end.
func (p *parser) more(end byte) (bool, error) {
	switch p.next() {
	case ',':
		p.at++
		return true, nil
	case end:
		p.at++
		return false, nil
	}
	return false, errSyntax
}

func (p *parser) number() (any, error) {
	start := p.at
	digits := func() bool {
		from := p.at
		for p.at < len(p.text) && '0' <= p.text[p.at] && p.text[p.at] <= '9' {
			p.at++
		}
		return p.at > from
	}
	if p.text[p.at] == '-' {
		p.at++
	}
	zero := p.at < len(p.text) && p.text[p.at] == '0'
	first := p.at
	if !digits() || zero && p.at > first+1 {
		return nil, errSyntax
	}
	if p.at < len(p.text) && p.text[p.at] == '.' {
		if p.at++; !digits() {
			return nil, errSyntax
		}
	}
	if p.at < len(p.text) && p.text[p.at]|0x20 == 'e' {
		if p.at++; p.at < len(p.text) && (p.text[p.at] == '+' || p.text[p.at] == '-') {
			p.at++
		}
		from := p.at
		if !digits() {
			return nil, errSyntax
		}
		if n, err := strconv.Atoi(p.text[from:p.at]); err != nil || n > maxExponent {
			return nil, errNumber
		}
	}
	if p.at-start > maxDigits {
		return nil, errNumber
	}
	return json.Number(p.text[start:p.at]), nil
}

// string reads a string; one without escapes is a part of the text.
func (p *parser) string() (string, error) {
	p.at++
	start := p.at
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return p.text[start : p.at-1], nil
		case c == '\\':
			return p.escaped(start)
		case c < ' ':
			return "", errSyntax
		}
		p.at++
	}
	return "", errSyntax
}

// escapes maps the letter of a short escape to what it means.
var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (p *parser) escaped(start int) (string, error) {
	out := append(make([]byte, 0, p.at-start+32), p.text[start:p.at]...)
	for p.at < len(p.text) {
		c := p.text[p.at]
		p.at++
		switch {
		case c == '"':
			return string(out), nil
		case c < ' ':
			return "", errSyntax
		case c != '\\':
			out = append(out, c)
			continue
		}
		if p.at == len(p.text) {
			return "", errSyntax
		}
		letter := p.text[p.at]
		p.at++
		if letter == 'u' {
			r, err := p.unicode()
			if err != nil {
				return "", err
			}
			out = utf8.AppendRune(out, r)
			continue
		}
		b, ok := escapes[letter]
		if !ok {
			return "", errSyntax
		}
		out = append(out, b)
	}
	return "", errSyntax
}

// unicode reads what follows \u, and the second half of a pair.
func (p *parser) unicode() (rune, error) {
	r, err := p.hex()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	if !strings.HasPrefix(p.text[p.at:], `\u`) {
		return 0, errUTF8
	}
	p.at += 2
	low, err := p.hex()
	if err != nil {
		return 0, err
	}
	if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
		return 0, errUTF8
	}
	return r, nil
}

func (p *parser) hex() (rune, error) {
	if len(p.text)-p.at < 4 {
		return 0, errSyntax
	}
	n, err := strconv.ParseUint(p.text[p.at:p.at+4], 16, 32)
	if err != nil {
		return 0, errSyntax
	}
	p.at += 4
	return rune(n), nil
}
