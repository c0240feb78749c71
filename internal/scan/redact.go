package scan

import (
	"slices"
	"strings"
)

// edit is one replacement in a body.
type edit struct {
	start, end int
	finding    *Finding
	// quoted says that the replaced value was no string, so that the replacement needs quotes; escapes is
	// the number of backslashes before each.
	quoted  bool
	escapes int
}

// Redact appends body to dst with the findings replaced whose action in this direction is Redact, and
// returns it. findings are those of a Result for the same body and content type, in order. JSON stays JSON,
// numbers become strings; a declared form stays decodable. Findings that overlap are replaced together.
func (p *Policy) Redact(dst, body []byte, d Direction, contentType string, findings []Finding) []byte {
	edits := p.edits(body, d, findings)
	format := formatOf(contentType)
	if format == formatSniff && sniff(body[:min(len(body), sniffBytes)]) == formatJSON {
		format = formatJSON
	}
	if format == formatJSON && len(edits) > 0 {
		fitJSON(body, edits)
	}
	last := 0
	for i := range edits {
		e := &edits[i]
		dst = append(dst, body[last:e.start]...)
		dst = p.appendReplacement(dst, body, e, format == formatForm)
		last = e.end
	}
	return append(dst, body[last:]...)
}

// edits turns findings into replacements that do not overlap.
func (p *Policy) edits(body []byte, d Direction, findings []Finding) []edit {
	var edits []edit
	for i := range findings {
		f := &findings[i]
		if p.Action(d, f.Type) != Redact || f.Start < 0 || f.End > len(body) || f.Start >= f.End {
			continue
		}
		edits = append(edits, edit{start: f.Start, end: f.End, finding: f})
	}
	return joinEdits(edits)
}

// joinEdits merges overlapping replacements; the longest finding says what was there.
func joinEdits(edits []edit) []edit {
	slices.SortStableFunc(edits, func(a, b edit) int { return a.start - b.start })
	kept := edits[:0]
	for _, e := range edits {
		if n := len(kept); n > 0 && kept[n-1].end > e.start {
			last := &kept[n-1]
			if e.finding.End-e.finding.Start > last.finding.End-last.finding.Start {
				last.finding = e.finding
			}
			last.end = max(last.end, e.end)
			continue
		}
		kept = append(kept, e)
	}
	return kept
}

// fitJSON widens edits to whole numbers and marks those that need quotes.
func fitJSON(body []byte, edits []edit) {
	fit := fitter{edits: edits}
	var reader jsonReader
	if _, valid := reader.write(&fit, body, 0); valid {
		reader.finish(&fit)
	}
}

// fitter is handed the leaves of the body in order.
type fitter struct{ edits []edit }

func (f *fitter) glance([]byte, keyContext) (class, bool) { return 0, false }

func (f *fitter) judge(l *leaf) {
	end := l.base + len(l.raw)
	for len(f.edits) > 0 && f.edits[0].end <= l.base {
		f.edits = f.edits[1:]
	}
	for i := range f.edits {
		e := &f.edits[i]
		if e.start >= end {
			return
		}
		switch {
		case e.start < l.base || e.end > end:
		case l.bare:
			e.start, e.end, e.quoted = l.base, end, true
		default:
			e.quoted, e.escapes = nestedNumber(l.raw, e.start-l.base, e.end-l.base)
		}
	}
}

// nestedNumber reports whether raw[start:end] is a number of a JSON text inside a JSON string, and how
// many backslashes that text's quotes have here.
func nestedNumber(raw []byte, start, end int) (bool, int) {
	text := trimJSONSpace(raw)
	if len(text) == 0 || text[0] != '{' && text[0] != '[' {
		return false, 0
	}
	before, after := start-1, end
	for before >= 0 && raw[before] == ' ' {
		before--
	}
	for after < len(raw) && raw[after] == ' ' {
		after++
	}
	if before < 0 || after == len(raw) || !strings.ContainsRune(":,[", rune(raw[before])) || !strings.ContainsRune(",}]", rune(raw[after])) {
		return false, 0
	}
	for quote := before; quote > 0; quote-- {
		if raw[quote] == '"' {
			escapes := 0
			for quote-escapes > 0 && raw[quote-escapes-1] == '\\' {
				escapes++
			}
			return escapes > 0, escapes
		}
	}
	return true, 1
}

func (p *Policy) appendReplacement(dst, body []byte, e *edit, form bool) []byte {
	var buf [2 * maxKeyBytes]byte
	text := buf[:0]
	if p.Format == FormatTag {
		text = appendTag(text, e.finding.Type)
	} else {
		text = appendPartial(text, e.finding, body[e.finding.Start:e.finding.End])
	}
	if form {
		return appendFormEncoded(dst, text)
	}
	dst = appendQuote(dst, e)
	dst = append(dst, text...)
	return appendQuote(dst, e)
}

func appendQuote(dst []byte, e *edit) []byte {
	if !e.quoted {
		return dst
	}
	for range e.escapes {
		dst = append(dst, '\\')
	}
	return append(dst, '"')
}

func appendTag(dst []byte, findingType string) []byte {
	if findingType == "CARD" {
		return append(dst, "[CARD_NUMBER]"...)
	}
	return append(append(append(dst, '['), strings.ToUpper(findingType)...), ']')
}

// appendPartial writes R-31's partial format. Only characters that mean nothing in JSON, HTML and shells are
// taken over from the value.
func appendPartial(dst []byte, f *Finding, encoded []byte) []byte {
	value := plain(encoded, f.View)
	switch f.Type {
	case "EMAIL":
		if local, domain, ok := strings.Cut(string(value), "@"); ok && local != "" && nameOnly(local[:1]) && nameOnly(domain) {
			dst = append(append(dst, '['), local[0])
			return append(append(append(dst, "*****@"...), domain...), ']')
		}
	case "CARD", "PHONE":
		if digits, ok := lastDigits(value); ok {
			dst = append(append(append(dst, "[REDACTED "...), f.Type...), " ENDING IN "...)
			return append(append(dst, digits[:]...), ']')
		}
	}
	return append(append(append(dst, "[REDACTED "...), strings.ToUpper(f.Type)...), ']')
}

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
