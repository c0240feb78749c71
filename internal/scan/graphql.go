package scan

import "bytes"

// maxLiterals is how many values of one GraphQL document are judged on their own; the document is judged whole too.
const maxLiterals = 256

// graphQLHead is where the first brace of a GraphQL document must stand, in bytes.
const graphQLHead = 256

// isGraphQL reports whether a value reads as a GraphQL document with values in it: one that names what it is, or a
// selection in a field that is named query.
func isGraphQL(text []byte, key keyContext) bool {
	if bytes.IndexByte(text, '(') < 0 {
		return false // no arguments
	}
	for len(text) > 0 && (isJSONSpace(text[0]) || text[0] == ',') {
		text = text[1:]
	}
	head := text[:min(len(text), graphQLHead)]
	if len(head) > 0 && head[0] == '{' {
		return string(key.name) == "query"
	}
	for _, word := range [...]string{"query", "mutation", "subscription", "fragment"} {
		if len(head) > len(word) && string(head[:len(word)]) == word && !isLetter(head[len(word)]) {
			return bytes.IndexByte(head, '{') > 0
		}
	}
	return false
}

// inspectGraphQL judges the strings and numbers of a GraphQL document as what they are: values with names, their escapes
// undone (GraphQL specification, October 2021, sections 2.9.1 and 2.9.4).
func (e *engine) inspectGraphQL(l *leaf, v *view, level int) {
	text := v.text
	var name []byte
	for i, n := 0, 0; i < len(text) && n < maxLiterals; {
		switch c := text[i]; {
		case c == '#':
			for i < len(text) && text[i] != '\n' {
				i++
			}
		case c == '"':
			start, end, after := graphQLString(text, i)
			e.literal(l, v, start, end, keyContext{name: name}, false, level)
			n++
			i = after
		case isLetter(c) || c == '_':
			start := i
			for i < len(text) && nameByte[text[i]] < 7 && text[i] != '-' && text[i] != '.' {
				i++
			}
			if i < len(text) && text[i] == ':' {
				name = text[start:min(i, start+maxKeyBytes)]
			}
		case c >= '0' && c <= '9':
			start := i
			for i < len(text) && text[i] >= '0' && text[i] <= '9' {
				i++
			}
			if i-start >= minBareDigits || i-start >= minAnnounced && e.announced(keyContext{name: name}) {
				e.literal(l, v, start, i, keyContext{name: name}, true, level)
				n++
			}
		default:
			i++
		}
	}
}

// graphQLString returns what is in the string or block string that begins at text[i], and where it ends; to the end of
// the text if it does not.
func graphQLString(text []byte, i int) (start, end, after int) {
	block := []byte(`"""`)
	if bytes.HasPrefix(text[i:], block) {
		start = i + len(block)
		if n := bytes.Index(text[start:], block); n >= 0 {
			return start, start + n, start + n + len(block)
		}
		return start, len(text), len(text)
	}
	start = i + 1
	if end, _ = stringEnd(text, start); end < 0 {
		return start, len(text), len(text)
	}
	return start, end, end + 1
}

// literal judges a value of a GraphQL document.
func (e *engine) literal(l *leaf, v *view, start, end int, key keyContext, bare bool, level int) {
	if start == end {
		return
	}
	value := &e.values[level]
	*value = v.slice(start, end)
	value.key, value.where, value.bare = key, v.where, bare
	if decoded, changed := e.levels[level].decode(value, decodeEscapes); changed != 0 {
		*value = decoded
	}
	e.inspect(l, value, level)
}
