package scan

import "bytes"

// inspectDecoded looks at what a view reads as when it is decoded further, and, where it is not, at its disguises.
func (e *engine) inspectDecoded(l *leaf, v *view, level int, found class) {
	if found&decodable == 0 {
		e.unmask(l, v, found)
		return
	}
	enabled := decodeEscapes | decodePercent | decodeEntities | decodeUnicode
	if found&classPlus != 0 && found&classSpace == 0 {
		enabled |= decodePlus
	}
	if len(v.text) > wholeBytes && e.inspectParts(l, v, level, found, enabled) {
		return
	}
	decoded, changed := e.levels[level+1].decode(v, enabled)
	if changed == 0 {
		e.unmask(l, v, found)
		return
	}
	e.views[level+1] = decoded
	e.views[level+1].parent = v
	e.inspect(l, &e.views[level+1], level+1)
}

// sparse is how many blocks of a text there are for each that is decoded on its own: where more are, the whole text is.
const sparse = 4

// inspectParts is inspectDecoded for a long text, whose blocks were filtered last, of which little is encoded: only the parts around
// that are decoded. It reports false where more of it is, and where what is decoded may be a text of JSON as a whole.
func (e *engine) inspectParts(l *leaf, v *view, level int, found class, enabled decoders) bool {
	if text := trimJSONSpace(v.text); len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		return false
	}
	filtered := e.blocks
	encoded := 0
	for i := range filtered.n {
		if filtered.classes[i]&decodable != 0 && decodes(v.text, i*blockBytes, min((i+1)*blockBytes, len(v.text)), enabled) {
			filtered.classes[i] |= classEncoded
			encoded++
		}
	}
	if encoded*sparse > filtered.n {
		return false
	}
	e.unmask(l, v, found)
	for r, next, ok := filtered.next(v.text, 0, classEncoded); ok; r, next, ok = filtered.next(v.text, next, classEncoded) {
		part := &e.encoded[level]
		*part = v.part(r.from, r.to)
		decoded, changed := e.levels[level+1].decode(part, enabled)
		if changed == 0 {
			continue
		}
		e.views[level+1] = decoded
		e.views[level+1].parent = part
		e.inspect(l, &e.views[level+1], level+1)
	}
	return true
}

// decodes reports whether a decoder changes text[from:to]. An ampersand before a space is no news: written as a reference it ends
// with a semicolon, which separates commands as it does.
func decodes(text []byte, from, to int, enabled decoders) bool {
	for i := from; ; i++ {
		if i += encodedByte(text[i:to], 0, enabled); i == to {
			return false
		}
		if _, width := decodeAt(text[i:], decoderOf[text[i]]&enabled); width > 0 && !bytes.HasPrefix(text[i:], ampersand) {
			return true
		}
	}
}
