package scan

import "bytes"

// maxArgument is the longest value that is held back whole for what the name of its field says.
const maxArgument = 512

// lookArguments judges fields of a text that is JSON itself and arrives in parts, such as the arguments of a tool call, by their
// names. It returns where the value starts that has not ended, if its name says that it matters, else the end of the text.
// Where strings begin is not known in a part of JSON; what has the form of a name and a value is taken for one.
func (s *Stream) lookArguments(c *channel) (open int) {
	e := &s.engine
	for i := max(0, c.settled-maxKeyBytes-len(`"": "`)); ; {
		name, value, quoted := nextMember(c.text, i)
		if name.end == 0 {
			return len(c.text)
		}
		key := keyContext{name: c.text[name.start:name.end]}
		ended := value.end < len(c.text)
		switch {
		case !ended && len(c.text)-value.start <= maxArgument && (e.announced(key) || e.keys.evidence(key.name).Secret()):
			return value.start
		case ended && value.end > c.settled && value.end > value.start:
			raw := c.text[value.start:value.end]
			s.leaf = leaf{raw: raw, base: value.start, key: key, bare: !quoted, until: len(raw) + 1}
			if quoted {
				s.leaf.encoding, s.leaf.escaped = encodingJSON, bytes.IndexByte(raw, '\\') >= 0
			}
			e.judge(&s.leaf)
		}
		i = value.end
	}
}

// nextMember finds the next name and value of a JSON object in text from i on: the inside of the two strings, or a number. A
// value that has not ended ends with the text. There is none when the name's end is 0.
func nextMember(text []byte, i int) (name, value span, quoted bool) {
	for {
		quote := bytes.IndexByte(text[i:], '"')
		if quote < 0 {
			return span{}, span{}, false
		}
		start := i + quote + 1
		end := start
		for end < len(text) && end-start < maxKeyBytes && text[end] != '"' && text[end] != '\\' && text[end] >= ' ' {
			end++
		}
		if end == len(text) {
			return span{}, span{}, false
		}
		i = max(end, start)
		at := skipJSONSpace(text, end+1)
		if text[end] != '"' || at >= len(text) || text[at] != ':' {
			continue
		}
		at = skipJSONSpace(text, at+1)
		if at >= len(text) {
			return span{}, span{}, false
		}
		if text[at] == '"' {
			last, _ := stringEnd(text, at+1)
			if last < 0 {
				last = len(text)
			}
			return span{start, end}, span{at + 1, last}, true
		}
		last := at
		for last < len(text) && scalarByte[text[last]] {
			last++
		}
		return span{start, end}, span{at, last}, false
	}
}

func skipJSONSpace(text []byte, i int) int {
	for i < len(text) && isJSONSpace(text[i]) {
		i++
	}
	return i
}
