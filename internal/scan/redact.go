package scan

import (
	"bytes"
	"math/bits"
	"slices"
	"strings"
)

// edit is one replacement in a body.
type edit struct {
	start, end int
	finding    *Finding
	action     Action
	// inner says that it was joined with others, so that the finding is not all that is replaced.
	inner bool
	spot  spot
	// fitted says that the value is one of a JSON text.
	fitted bool
	// escapes is the number of backslashes before each quote that a string in the place of a number needs.
	escapes int
}

// Redact appends body to dst with the findings replaced whose action in this direction edits, sanitized if the direction
// says so, and returns it. findings are those of a Result for the same body and content type, in order. JSON stays JSON:
// numbers become strings, under Mask other numbers; a declared form stays decodable. Findings that overlap are replaced
// together, by the strongest of their actions.
func (p *Policy) Redact(dst, body []byte, d Direction, contentType string, findings []Finding) []byte {
	if p.direction(d).Sanitize != SanitizeNone {
		return appendSanitized(dst, p.edit(nil, body, d, contentType, findings), contentType, p.direction(d).Sanitize)
	}
	return p.edit(dst, body, d, contentType, findings)
}

func (p *Policy) edit(dst, body []byte, d Direction, contentType string, findings []Finding) []byte {
	if isEvents(contentType) {
		return p.editEvents(dst, body, d, contentType)
	}
	edits := p.edits(body, d, findings)
	if len(edits) > 0 {
		fit(body, contentType, edits)
	}
	last, replacer := 0, p.replacer()
	for i := range edits {
		e := &edits[i]
		dst = append(dst, body[last:e.start]...)
		dst = e.append(dst, body, &replacer)
		last = e.end
	}
	return append(dst, body[last:]...)
}

// edits turns findings into replacements that do not overlap.
func (p *Policy) edits(body []byte, d Direction, findings []Finding) []edit {
	var edits []edit
	for i := range findings {
		f := &findings[i]
		action := p.Action(d, f.Type)
		if !action.Edits() || f.Start < 0 || f.End > len(body) || f.Start >= f.End {
			continue
		}
		edits = append(edits, edit{start: f.Start, end: f.End, finding: f, action: action})
	}
	return joinEdits(edits)
}

// joinEdits merges overlapping replacements: the strongest action decides, and among findings of one action the longest
// says what was there.
func joinEdits(edits []edit) []edit {
	slices.SortStableFunc(edits, func(a, b edit) int { return a.start - b.start })
	kept := edits[:0]
	for _, e := range edits {
		if n := len(kept); n > 0 && kept[n-1].end > e.start {
			last := &kept[n-1]
			if e.action > last.action || e.action == last.action && e.finding.End-e.finding.Start > last.finding.End-last.finding.Start {
				last.finding, last.action = e.finding, e.action
			}
			last.end = max(last.end, e.end)
			last.inner = last.finding.Start > last.start || last.finding.End < last.end
			continue
		}
		kept = append(kept, e)
	}
	return kept
}

// fit finds out what edits are written in, by taking the body apart once more: numbers are edited whole, and of gRPC no
// length may change.
func fit(body []byte, contentType string, edits []edit) {
	var c content
	c.open(contentType)
	f := fitter{edits: edits, forms: c.format == formatForm || c.format == formatMultipart, grpc: c.format == formatGRPC}
	if f.grpc {
		for i := range edits {
			edits[i].action = Mask
		}
	}
	c.write(&f, body)
	c.finish(&f)
	if c.format != formatJSON {
		return
	}
	for i := range edits {
		if e := &edits[i]; !e.fitted {
			e.spot = inNumber // one too short to be judged
			for e.start > 0 && scalarByte[body[e.start-1]] {
				e.start--
			}
			for e.end < len(body) && scalarByte[body[e.end]] {
				e.end++
			}
		}
	}
}

// fitJSON is fit for JSON.
func fitJSON(body []byte, edits []edit) { fit(body, "application/json", edits) }

// fitter is handed the leaves of the body, those that matter in order.
type fitter struct {
	edits  []edit
	forms  bool // are declared, so that what is written into them is encoded
	grpc   bool
	leaf   int // offset of the leaf that quotes is about
	quotes quotes
}

func (f *fitter) glance([]byte, keyContext) (class, bool) { return 0, false }

func (f *fitter) mark() int { return 0 }

func (f *fitter) settle(int, uint8, utterance) {}

func (f *fitter) paths() bool { return false }

func (f *fitter) announced(keyContext) bool { return true }

func (f *fitter) names(keyContext) (person, thing bool) { return false, false }

func (f *fitter) judge(l *leaf) {
	inString := l.encoding == encodingJSON
	form := f.forms && l.encoding == encodingForm
	if !inString && !l.bare && !form && !f.grpc {
		return
	}
	end := l.base + len(l.raw)
	for len(f.edits) > 0 && f.edits[0].end <= l.base {
		f.edits = f.edits[1:]
	}
	for i := range f.edits {
		e := &f.edits[i]
		if e.start >= end {
			return
		}
		e.fitted = true
		switch {
		case e.start < l.base || e.end > end:
		case l.bare:
			e.start, e.end, e.spot = l.base, end, inNumber
		case form:
			e.spot = inForm
		case !inString:
			if isNumber(l.raw, e.start-l.base, e.end-l.base) {
				e.spot = inNumber
			}
		default:
			if f.leaf != l.base {
				f.leaf, f.quotes = l.base, quotes{}
			}
			if number, escapes := f.quotes.number(l.raw, e.start-l.base, e.end-l.base); number {
				e.spot, e.escapes = inNumber, escapes
			}
		}
	}
}

// nestedNumber reports whether raw[start:end] is a number of a JSON text inside a JSON string, and how
// many backslashes that text's quotes have here. The text may still be growing.
func nestedNumber(raw []byte, start, end int) (bool, int) {
	var q quotes
	return q.number(raw, start, end)
}

// maxQuoteDepth bounds JSON texts inside strings of JSON texts, whose quotes have 1, 3, 7 and 15 backslashes before them.
const maxQuoteDepth = 4

// quotes follows the strings of JSON texts inside a JSON string from left to right.
type quotes struct {
	at   int
	open [maxQuoteDepth]bool
}

// number is nestedNumber for places in rising order of one raw.
func (q *quotes) number(raw []byte, start, end int) (bool, int) {
	if !isNumber(raw, start, end) {
		return false, 0
	}
	for escapes := 0; q.at < start; q.at++ {
		switch raw[q.at] {
		case '\\':
			escapes++
			continue
		case '"':
			if depth := bits.Len(uint(escapes)) - 1; depth >= 0 && depth < maxQuoteDepth && escapes == 1<<(depth+1)-1 {
				q.open[depth] = !q.open[depth]
			}
		}
		escapes = 0
	}
	for depth, open := range q.open {
		if !open {
			return depth == 0 || q.nested(raw[:start], depth), 1<<(depth+1) - 1
		}
	}
	return false, 0
}

// nested reports whether the string at a depth that is open at the end of raw holds a JSON text.
func (q *quotes) nested(raw []byte, depth int) bool {
	escaped := append(bytes.Repeat([]byte{'\\'}, 1<<depth-1), '"')
	for {
		i := bytes.LastIndex(raw, escaped)
		if i < 0 {
			return false
		}
		if i == 0 || raw[i-1] != '\\' {
			text := trimJSONSpace(raw[i+len(escaped):])
			return len(text) > 0 && (text[0] == '{' || text[0] == '[')
		}
		raw = raw[:i]
	}
}

// isNumber reports whether raw, if it is a JSON text, has a number from start to end.
func isNumber(raw []byte, start, end int) bool {
	text := trimJSONSpace(raw)
	if len(text) == 0 || text[0] != '{' && text[0] != '[' {
		return false
	}
	before, after := trimSpaceEnd(raw[:start]), skipSpace(raw, end)
	return before > 0 && after < len(raw) && strings.IndexByte(":,[", raw[before-1]) >= 0 && strings.IndexByte(",}]", raw[after]) >= 0
}

// skipSpace returns the first offset from i on that is not white space of a JSON text, as it reads or escaped.
func skipSpace(raw []byte, i int) int {
	for i < len(raw) {
		j := i
		for j < len(raw) && raw[j] == '\\' {
			j++
		}
		switch {
		case j == len(raw), j > i && strings.IndexByte("nrt", raw[j]) < 0, j == i && !isJSONSpace(raw[j]):
			return i
		}
		i = j + 1
	}
	return i
}

// trimSpaceEnd returns where such white space at the end of raw begins.
func trimSpaceEnd(raw []byte) int {
	n := len(raw)
	for n > 0 {
		escaped := n > 1 && raw[n-2] == '\\' && strings.IndexByte("nrt", raw[n-1]) >= 0
		if !escaped && !isJSONSpace(raw[n-1]) {
			break
		}
		for n--; n > 0 && raw[n-1] == '\\'; {
			n--
		}
	}
	return n
}

// append writes what stands for the edited bytes of body.
func (e *edit) append(dst, body []byte, r *replacer) []byte {
	if e.finding.View == markupView {
		return e.appendAroundTags(dst, body[e.start:e.end], r)
	}
	if e.action == Mask && e.inner {
		hidden := *e.finding
		hidden.Type = "" // nothing of it may be revealed: it is not all that was found
		dst, _ = r.append(dst, body[e.start:e.end], &hidden, Mask, e.spot)
		return dst
	}
	original := body[e.finding.Start:e.finding.End]
	if e.action == Mask {
		original = body[e.start:e.end]
	}
	before := len(dst)
	dst, quoted := r.append(dst, original, e.finding, e.action, e.spot)
	if stride := wideStride(original); stride > 1 && e.action != Mask {
		return widen(dst, before, stride, len(original)%stride)
	}
	if quoted {
		dst = slices.Insert(dst, before, e.quote()...)
		dst = append(dst, e.quote()...)
	}
	return dst
}

// quote is what a string begins and ends with that stands in the place of a number.
func (e *edit) quote() []byte { return append(bytes.Repeat([]byte{'\\'}, e.escapes), '"') }

// plain undoes the encodings of a found value; nil when it was base64, whose beginning need not be the
// finding's.
func plain(encoded []byte, viewName string) []byte {
	if viewName == "base64" || viewName == "hex" || len(encoded) > windowBytes {
		return nil
	}
	v := view{text: encoded}
	for range maxRounds + 1 {
		var next buffer
		decoded, changed := next.decode(&v, decodeEscapes|decodePercent|decodeEntities|decodeUnicode)
		if changed == 0 {
			break
		}
		v = decoded
	}
	return v.text
}

func nameOnly(s string) bool {
	for i := range len(s) {
		if !isLetter(s[i]) && (s[i] < '0' || s[i] > '9') && s[i] != '.' && s[i] != '-' && s[i] != '_' {
			return false
		}
	}
	return s != ""
}

func lastDigits(value []byte) (digits [4]byte, ok bool) {
	n := len(digits)
	for i := len(value) - 1; i >= 0 && n > 0; i-- {
		if value[i] >= '0' && value[i] <= '9' {
			n--
			digits[n] = value[i]
		}
	}
	return digits, n == 0
}

// appendFormEncoded escapes what is not unreserved in application/x-www-form-urlencoded.
func appendFormEncoded(dst, text []byte) []byte {
	const hex = "0123456789ABCDEF"
	for _, c := range text {
		switch {
		case isLetter(c), c >= '0' && c <= '9', c == '*', c == '-', c == '.', c == '_':
			dst = append(dst, c)
		case c == ' ':
			dst = append(dst, '+')
		default:
			dst = append(dst, '%', hex[c>>4], hex[c&15])
		}
	}
	return dst
}
