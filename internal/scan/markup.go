package scan

import (
	"bytes"
)

// tagReader reads the tags of a text in HTML or XML. Attacks are looked for in the text as it is, tags included; what tags hide is
// personal data: a number that they split, and a value that only the name of its element or attribute explains. In XML each
// element and attribute is a value of its own besides, as in JSON: an attack may need to stand at a value's beginning.
type tagReader struct {
	engine *engine
	leaf   *leaf
	view   *view
	level  int
	xml    bool
	busy   bool // an element is being judged, in which nothing is to be found but text

	blocks blocks
	// size is how long the text without tags is so far, last its last byte. Of most of it no more is known than the stretches
	// that it ended with.
	size      int
	last      byte
	stretches [beforeBytes]stretch
	written   int // of stretches, the last of them at (written-1)%len(stretches)
	from      int // text[from:] has yet to become a stretch
	// joined says that a tag stood inside what may be a value: the text without tags from nearFrom to near, of which plain has
	// what is known, has yet to be looked at.
	joined         bool
	near, nearFrom int
	plain          buffer
	ends           []int32 // where in the leaf each of its bytes ends

	end   int // of the first > that is known, -1 when none follows
	value view
	text  view
}

// markupView is the View of findings in text that tags were taken out of.
const markupView = "markup"

// maxElementName bounds the names that are compared with those of HTML.
const maxElementName = 8

// readMarkup looks at what the tags of a view hide.
func (e *engine) readMarkup(l *leaf, v *view, level int) {
	r := &e.tags
	xml := l.encoding == encodingXML || declaresXML(v.text)
	if r.busy || e.wanted&allData == 0 && !xml || bytes.IndexByte(v.text, '>') < 0 {
		return
	}
	r.engine, r.leaf, r.view, r.level, r.xml = e, l, v, level, xml
	r.size, r.written, r.from, r.joined, r.end = 0, 0, 0, false, 0
	r.busy = true
	r.read(v.text)
	r.busy = false
	if r.joined {
		r.judgePlain()
	}
}

// declaresXML reports whether a text is a document of XML by its first words: a value of JSON, or a field of a form, may be one.
func declaresXML(text []byte) bool {
	for len(text) > 0 && isJSONSpace(text[0]) {
		text = text[1:]
	}
	return bytes.HasPrefix(text, []byte("<?xml"))
}

// read goes through the text from tag to tag.
func (r *tagReader) read(text []byte) {
	element, content := keyContext{}, -1 // the element that is open, and where its text begins
	opened := -1                         // where it began when something that is no element was in it
	for i := 0; ; {
		next := bytes.IndexByte(text[i:], '<')
		if next < 0 {
			break
		}
		i += next
		start := i
		switch rest := text[i:]; {
		case bytes.HasPrefix(rest, []byte("<!--")):
			i = r.after(text, i, "-->")
			r.drop(text, start, i, true)
			opened = first(opened, content)
			continue // an element's text may go on behind it
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			end := r.after(text, i, "]]>")
			inner := start + len("<![CDATA[")
			r.judgeValue(inner, max(inner, end-len("]]>")), element)
			r.drop(text, start, inner, true)
			r.drop(text, max(inner, end-len("]]>")), end, true)
			opened = first(opened, content)
			i, content = end, -1
			continue
		case len(rest) < 2 || !isLetter(rest[1]) && rest[1] != '/' && rest[1] != '!' && rest[1] != '?' && rest[1] != '_':
			i++
			continue
		}
		if i = r.tagEnd(text, i); i < 0 {
			break
		}
		closing := text[start+1] == '/'
		instruction := r.xml && text[start+1] == '?' // it parts the text of an element and does not end it
		switch {
		case instruction:
			opened = first(opened, content)
		case closing && opened >= 0 && r.xml:
			r.judgeJoined(opened, start, element)
		case closing && content >= 0:
			r.judgeValue(content, start, element)
		}
		if content = -1; !instruction {
			opened = -1
		}
		nameEnd := start + 1
		if closing {
			nameEnd++
		}
		name := nameEnd
		for nameEnd < i-1 && nameByteOfXML(text[nameEnd]) {
			nameEnd++
		}
		r.drop(text, start, i, inline(text[name:nameEnd]))
		if closing {
			continue
		}
		key := r.attributes(text, name, nameEnd, i-1)
		if instruction && opened >= 0 {
			content = i
		} else if text[i-2] != '/' {
			element, content = key, i
		}
	}
	r.copy(len(text))
}

// first returns a, or b when a is -1.
func first(a, b int) int {
	if a < 0 {
		return b
	}
	return a
}

// after returns the offset behind the first mark from i on, or the end.
func (r *tagReader) after(text []byte, i int, mark string) int {
	if n := bytes.Index(text[i:], []byte(mark)); n >= 0 {
		return i + n + len(mark)
	}
	return len(text)
}

// tagEnd returns the offset behind the > of the tag at i, -1 when there is none. That a quoted value may hold one is of no
// consequence here.
func (r *tagReader) tagEnd(text []byte, i int) int {
	if r.end <= i {
		n := bytes.IndexByte(text[i:], '>')
		if n < 0 {
			return -1
		}
		r.end = i + n + 1
	}
	return r.end
}

// attributes judges those of a tag, text[from:to], and returns what names the text of the element: the element's name, or an
// attribute that says which field this is.
func (r *tagReader) attributes(text []byte, name, from, to int) keyContext {
	element := localName(text[name:from])
	named := keyContext{}
	valueFrom, valueTo := -1, 0
	for i := from; i < to; {
		for i < to && !nameByteOfXML(text[i]) {
			i++
		}
		start := i
		for i < to && nameByteOfXML(text[i]) {
			i++
		}
		attribute := localName(text[start:i])
		for i < to && isJSONSpace(text[i]) {
			i++
		}
		if i >= to || text[i] != '=' {
			continue
		}
		i++
		for i < to && isJSONSpace(text[i]) {
			i++
		}
		begin, end := quotedValue(text, i, to)
		i = end
		if i < to && (text[i] == '"' || text[i] == '\'') {
			i++
		}
		switch {
		case names(attribute):
			if named.name = text[begin:end]; plainName(named.name) {
				continue
			}
		case carries(attribute):
			valueFrom, valueTo = begin, end
			continue
		}
		r.judgeValue(begin, end, keyContext{name: attribute[:min(len(attribute), maxKeyBytes)]})
	}
	key := keyContext{name: element[:min(len(element), maxKeyBytes)]}
	if len(named.name) > 0 && len(named.name) <= maxKeyBytes && r.engine.tells(named) {
		key = named
	}
	if valueFrom >= 0 {
		r.judgeValue(valueFrom, valueTo, key)
	}
	return key
}

// quotedValue returns where the value of an attribute begins and ends.
func quotedValue(text []byte, i, to int) (begin, end int) {
	if i < to && (text[i] == '"' || text[i] == '\'') {
		if n := bytes.IndexByte(text[i+1:to], text[i]); n >= 0 {
			return i + 1, i + 1 + n
		}
		return i + 1, to
	}
	end = i
	for end < to && !isJSONSpace(text[end]) {
		end++
	}
	return i, end
}

// names reports whether an attribute says what the value of its element is; carries, whether it is that value.
func names(attribute []byte) bool {
	switch string(attribute) {
	case "name", "key", "property", "itemprop", "field", "code":
		return true
	}
	return false
}

func carries(attribute []byte) bool {
	switch string(attribute) {
	case "value", "content":
		return true
	}
	return false
}

// tells reports whether a name says anything about values.
func (e *engine) tells(key keyContext) bool {
	return e.keys.evidence(key.name) != 0 || e.announced(key)
}

// judgeValue judges the value text[from:to] of an element or attribute: in XML like any value, in HTML for data if its name says
// something about it.
func (r *tagReader) judgeValue(from, to int, key keyContext) {
	e, text := r.engine, r.view.text
	for from < to && isJSONSpace(text[from]) {
		from++
	}
	for from < to && isJSONSpace(text[to-1]) {
		to--
	}
	if to-from < 2 || to-from > wholeBytes || !r.xml && !e.tells(key) {
		return
	}
	r.value = r.view.slice(from, to)
	r.value.key, r.value.where = key, r.view.where
	var calm bool
	if r.value.found, calm = e.glance(r.value.text, key); calm {
		return
	}
	r.value.filtered = true
	if r.xml {
		e.inspect(r.leaf, &r.value, r.level) // the view it is a part of is decoded, to where this is, only afterwards
		return
	}
	if e.wanted&allData != 0 {
		e.lookForData(r.leaf, &r.value, r.value.found, nil)
	}
}

// judgeJoined judges the text of an element of XML that comments, processing instructions or the marks of CDATA sections part: a
// parser joins what is between them. Of a long one, it judges parts that reach into each other.
func (r *tagReader) judgeJoined(from, to int, key keyContext) {
	e, text := r.engine, r.view.text
	b := &e.begun
	b.grow(to - from)
	n, pieces, judged := 0, 0, 0
	keep := func(start, end int) {
		b.copyRun(n, r.view, start, end)
		n += end - start
		if end > start {
			pieces++
		}
	}
	for i := from; i < to; {
		next := bytes.IndexByte(text[i:to], '<')
		if next < 0 {
			keep(i, to)
			break
		}
		keep(i, i+next)
		i += next
		switch rest := text[i:to]; {
		case bytes.HasPrefix(rest, []byte("<!--")):
			i = r.after(text, i, "-->")
		case bytes.HasPrefix(rest, []byte("<?")):
			i = r.after(text, i, ">")
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			end := r.after(text, i, "]]>")
			i += len("<![CDATA[")
			keep(i, max(i, end-len("]]>")))
			i = end
			judged++
		default:
			keep(i, i+1)
			i++
		}
	}
	if pieces <= 1 && judged > 0 {
		return // it was judged as a value
	}
	b.at[n] = int32(r.view.offset(to))
	wanted := e.wanted
	e.wanted &^= allData // which judgePlain looks for
	for start := 0; start < n; start += wholeBytes / 2 {
		end := min(start+wholeBytes, n)
		r.value = view{text: b.text[start:end], at: b.at[start : end+1], name: markupView, key: key, where: r.view.where, round: r.view.round, within: start > 0}
		e.inspect(r.leaf, &r.value, r.level)
		if end == n {
			break
		}
	}
	e.wanted = wanted
}

// localName is a name without the prefix of its namespace.
func localName(name []byte) []byte { return name[bytes.LastIndexByte(name, ':')+1:] }

func nameByteOfXML(c byte) bool {
	return isLetter(c) || digit(c) || c == '-' || c == '_' || c == '.' || c == ':' || c >= 0x80
}

// inline reports whether a name is that of an element of HTML that does not part words.
func inline(name []byte) bool {
	if len(name) == 0 || len(name) > maxElementName {
		return false
	}
	var lower [maxElementName]byte
	for i, c := range name {
		lower[i] = c | fold
	}
	switch string(lower[:len(name)]) {
	case "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q",
		"s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "nobr":
		return true
	}
	return false
}

// appendAroundTags writes what stands for a value that tags split: in front of them, so that they stay paired, or under Mask between
// them.
func (e *edit) appendAroundTags(dst, original []byte, r *replacer) []byte {
	var value, tags []byte
	for i := 0; i < len(original); {
		start, end := nextTag(original, i)
		value, tags = append(value, original[i:start]...), append(tags, original[start:end]...)
		i = end
	}
	before := len(dst)
	dst, _ = r.append(dst, value, e.finding, e.action, e.spot)
	if e.action != Mask || len(dst)-before != len(value) {
		return append(dst, tags...)
	}
	masked := append([]byte(nil), dst[before:]...)
	dst = dst[:before]
	for i := 0; i < len(original); {
		start, end := nextTag(original, i)
		dst = append(append(dst, masked[:start-i]...), original[start:end]...)
		masked, i = masked[start-i:], end
	}
	return dst
}

// nextTag returns where the next tag or comment from i on begins and ends; both are the end of b when there is none.
func nextTag(b []byte, i int) (start, end int) {
	n := bytes.IndexByte(b[i:], '<')
	if n < 0 {
		return len(b), len(b)
	}
	start = i + n
	mark := ">"
	if bytes.HasPrefix(b[start:], []byte("<!--")) {
		mark = "-->"
	}
	if n = bytes.Index(b[start:], []byte(mark)); n < 0 {
		return start, len(b)
	}
	return start, start + n + len(mark)
}
