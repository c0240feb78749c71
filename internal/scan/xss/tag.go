package xss

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
)

// tag is one start tag as far as it was read.
type tag struct {
	start, name, end int // '<', the byte after the name, the byte after the tag
	class            lexicon.Class
	best             float32
	rule             string
	animated         bool // names an attribute to change that matters
	source           bool
	absolute         bool // a source on another host
	sheet            bool // links a style sheet
	bound            bool // binds a handler by reference
}

// suspect raises what is known against the tag.
func (t *tag) suspect(w float32, rule string) {
	if w > t.best {
		t.best, t.rule = w, rule
	}
}

// maxJunk bounds the bytes between the bracket and the name.
const maxJunk = 16

// element reads the tag whose '<' is at i; ok is false when no tag begins there.
func (f *finder) element(i int) (t tag, ok bool) {
	j, end := f.nameAt(i)
	if end && j+1 < len(f.text) && f.text[j] == '/' && blank(f.text[j+1]) {
		t = tag{start: i, name: j + 1} // <// style=...: old browsers saw an element
		f.attributes(&t)
		return t, true
	}
	if j >= len(f.text) || !isLetter(f.text[j]) {
		return t, false
	}
	k := j
	for k < len(f.text) && nameByte(f.text[k]) {
		k++
	}
	name := f.text[j:k]
	var joined [maxName]byte
	if n, end := f.rejoined(joined[:], j, k); n > 0 {
		name, k = joined[:n], end
	}
	// A prefix (svg:script, x:script) names a namespace.
	if c := bytes.IndexByte(name, ':'); c >= 0 && c+1 < len(name) && names.Class(name) == 0 {
		name = name[c+1:]
	}
	t = tag{start: i, name: k}
	if !end {
		t.class = names.Class(name)
	}
	f.attributes(&t)
	if i > 0 && isLetter(f.text[i-1]) && t.end < len(f.text) && t.end < i+maxSplit && isLetter(f.text[t.end]) {
		f.split = true
	}
	return t, true
}

// nameAt returns where the name of the tag begins whose '<' is at i, if it has one, and whether it is an end tag.
func (f *finder) nameAt(i int) (j int, end bool) {
	_, j = char(f.text, i)
	j += i
	if end = j < len(f.text) && f.text[j] == '/'; end {
		j++
	}
	// What some parsers drop before the name: NUL, other control bytes, a second bracket.
	for j < len(f.text) && j < i+maxJunk {
		c, n := char(f.text, j)
		if (n == 1 && c != 0 || isLetter(c) || c > ' ' && c != '<') && !(c == '%' && j == i+1) {
			break
		}
		j += n
	}
	return j, end
}

// begins reports whether a tag begins at the '<' at i, or at an escape of one, so that each attribute belongs to one tag: else a text of
// tags that do not end would be read again from each.
func (f *finder) begins(i int) bool {
	if c := f.text[i+1]; f.text[i] == '<' && (isLetter(c) || c == '/' || c == '!') {
		return true
	}
	j, _ := f.nameAt(i)
	return j < len(f.text) && isLetter(f.text[j])
}

// maxName bounds a name that is put together again.
const maxName = 16

// rejoined copies the name at text[j:k] and what follows a control byte or an escape of one inside it,
// which filters and old parsers drop (scr\0ipt). n is 0 where the name is whole or means nothing.
func (f *finder) rejoined(buf []byte, j, k int) (n, end int) {
	if k >= len(f.text) || k-j >= len(buf) {
		return 0, k
	}
	n = copy(buf, f.text[j:k])
	gaps := 0
	for k < len(f.text) && n < len(buf) {
		c, w := char(f.text, k)
		switch {
		case nameByte(f.text[k]):
			buf[n] = f.text[k]
			n++
		case w > 1 && blank(c) || c == 0:
			gaps++
		case c == '\\' && k+1 < len(f.text) && f.text[k+1] == '0':
			gaps++
			w = 2
		default:
			if gaps == 0 || names.Class(buf[:n])&(eScript|eFrame) == 0 {
				return 0, k
			}
			return n, k
		}
		k += max(w, 1)
	}
	return 0, k
}

// attributes reads name=value pairs until the tag ends, another begins, or the text ends.
func (f *finder) attributes(t *tag) {
	var name []byte
	text, p := f.text, t.name
	for p < len(text) {
		c := text[p]
		switch {
		case c == '>':
			t.end = p + 1
			return
		case (c == '<' || c == '\\' && opens(text, p)) && p+1 < len(text) && f.begins(p):
			t.end = p
			return
		case c == '=' && name != nil:
			p = f.attribute(t, name, p+1)
			name = nil
		case isLetter(c) || c == '@' || c == ':':
			q := p + 1
			for q < len(text) && nameByte(text[q]) {
				q++
			}
			name = text[p:q]
			if inCode[text[p-1]] && p > t.name {
				name = nil // element.onload = is no attribute
			}
			if _, known := event(name); known && q < len(text) && text[q] != '=' && !blank(text[q]) {
				q = f.smudged(t, q)
			}
			p = q
		case c == '\\' || c == '%' || c == '&':
			letter, n := char(text, p)
			if c == '&' && isLetter(letter) {
				t.suspect(0.82, "hidden_letters") // a value that was cut where a reference was broken
			}
			p += n
		default:
			if c == '"' || c == '\'' || c == '/' {
				name = nil
			}
			p++
		}
	}
	t.end = p
}

// inCode holds the bytes behind which a name is no attribute's, since HTML makes them a part of it, and that stand before names in code.
var inCode = func() (t [256]bool) {
	for _, c := range []byte(".([{!&|?+*,") {
		t[c] = true
	}
	return t
}()

// island weighs the elements by which old browsers and SVG bind code to data or to events.
func (f *finder) island(t *tag) {
	switch c := f.text[t.name-1] | 0x20; {
	case t.bound:
		t.suspect(0.85, "bound_handler")
	case c == 'l' && t.source, c == 'r' && t.end < len(f.text) && f.sinks(t.end, t.end+maxHandler) && f.runs(t.end, t.end+maxHandler):
		t.suspect(0.85, "bound_handler")
	}
}

// attribute judges name=value, the value at p, and returns the position after it.
func (f *finder) attribute(t *tag, name []byte, p int) int {
	for p < len(f.text) {
		c, n := char(f.text, p)
		if !blank(c) || n == 0 {
			break
		}
		p += n
	}
	from, to, next := f.valueAt(p)
	class := names.Class(name)
	if is, known := event(name); is {
		f.handler(t, name, known, from, to)
	} else if prefixed(name) && f.shows(from, to) {
		t.suspect(0.82, "unknown_handler") // x:ontimer
	} else if bound(name) && f.shows(from, to) {
		t.suspect(0.85, "framework_handler")
	}
	switch {
	case class&aDocument != 0:
		t.suspect(0.85, "srcdoc")
	case class&aStyle != 0:
		if brokenStyle(f.text[from:min(to, from+maxStyle)]) {
			t.suspect(embeds, "style_code")
		}
		if activeStyle(f.text, from, min(to-from, maxStyle)) {
			t.suspect(0.92, "style_code")
		}
	case class&aAnimated != 0:
		t.animated = t.animated || f.animates(from, to)
	case class&aURL != 0:
		t.source = true
		t.absolute = t.absolute || absolute(f.text, from)
		t.suspect(f.linked(t, from, to))
	case class&aRel != 0:
		t.sheet = contains(f.text, from, to-from, "stylesheet") || contains(f.text, from, to-from, "import")
	case class&aEvented != 0:
		t.bound = true
		if bytes.IndexByte(name, ':') > 0 {
			t.suspect(0.85, "bound_handler")
		}
	case class&aCharset != 0 && (contains(f.text, from, min(to-from, 24), "utf-7") || contains(f.text, from, min(to-from, 24), "utf7")):
		t.suspect(0.85, "utf7")
	case class&aBinding != 0:
		t.suspect(0.82, "data_binding")
	}
	switch {
	case to-from > 3 && f.text[from] == '&' && f.text[from+1] == '{' && f.runs(from+2, to):
		t.suspect(0.85, "script_entity")
	case t.best < embeds && f.nested(from, to):
		t.suspect(0.82, "nested_handler")
	}
	return next
}

// maxStyle bounds the bytes of a style that are read.
const maxStyle = 2048

// valueAt finds the attribute value at p: quoted, or up to white space or the tag's end. A quote that
// never closes is read like an unquoted value: in another context it may have closed.
func (f *finder) valueAt(p int) (from, to, next int) {
	if p >= len(f.text) {
		return p, p, p
	}
	if q := quoteIndex(f.text[p]); q >= 0 {
		if end := f.closing(q, p+1); end >= 0 {
			return p + 1, end, end + 1
		}
		p++
	}
	to = p
	for to < len(f.text) && f.text[to] != '>' && !blank(f.text[to]) {
		if f.text[to] == '<' {
			break // what follows is read as a tag of its own
		}
		if f.text[to] == '\\' || f.text[to] == '%' {
			// A written-out blank ends the value as the blank itself will, and so does what begins a tag.
			if c, n := char(f.text, to); n > 1 && (blank(c) || c == '<' && f.text[to] == '\\' && f.begins(to)) {
				break
			}
		}
		to++
	}
	return p, to, to
}

func quoteIndex(c byte) int {
	switch c {
	case '"':
		return 0
	case '\'':
		return 1
	case '`':
		return 2
	}
	return -1
}

// closing finds the next quote of kind q at or after p. It remembers the last answer: the answers
// for later positions are later or the same, so all searches of a text together stay linear.
func (f *finder) closing(q, p int) int {
	m := &f.quotes[q]
	if m.from <= p && (m.at < 0 || p <= m.at) && m.known {
		return m.at
	}
	at := bytes.IndexByte(f.text[p:], "\"'`"[q])
	if at >= 0 {
		at += p
	}
	*m = quoteMemo{known: true, from: p, at: at}
	return at
}

// handler judges an event handler's value.
func (f *finder) handler(t *tag, name []byte, known bool, from, to int) {
	code := f.runs(from, to)
	switch {
	case from < len(f.text) && f.text[from] == '{' && name[0] == 'o' && name[2] < 'a':
		t.suspect(0.6, "component_handler") // JSX and Vue source
	case known && code:
		t.suspect(0.95, "event_handler")
	case known:
		t.suspect(0.85, "event_handler")
	case code:
		t.suspect(0.82, "unknown_handler")
	default:
		t.suspect(0.6, "unknown_handler")
	}
}

// directives are the attributes by which frameworks bind code to elements, whole or up to the event's name.
var directives = [...]string{"v-on:", "v-html", "v-bind:", "x-on:", "x-init", "x-data", "x-html", "x-effect", "hx-on", "ng-", "data-ng-", "up-on-"}

// bound reports whether an attribute is one of directives.
func bound(name []byte) bool {
	if name[0] == '@' || name[0] == ':' {
		return true
	}
	for _, d := range directives {
		if fold.HasPrefix(name, d) {
			return true
		}
	}
	return false
}

// shows reports whether a value calls what only probes call, or names the constructor of functions: templates bind code too.
func (f *finder) shows(from, to int) bool {
	to = min(to, from+maxHandler, len(f.text))
	for i := from; i < to; i++ {
		if f.text[i] == '(' && names.Class(f.text[f.wordBefore(i):i])&(jShow|jEval) != 0 {
			return true
		}
	}
	return contains(f.text, from, to-from, "constructor")
}

// runs reports whether a value looks like code: a call, a template literal, an assignment, a script
// URL. Values are read as far as a call needs.
func (f *finder) runs(from, to int) bool {
	for stop := min(to, from+160); from < stop; {
		c, n := char(f.text, from)
		switch c {
		case '(', '`', '=', '[':
			return true
		}
		from += max(n, 1)
	}
	return false
}

// animates reports whether the value names an attribute whose change runs something.
func (f *finder) animates(from, to int) bool {
	v := f.text[from:min(to, len(f.text))]
	is, _ := event(v)
	return is || names.Class(v)&aURL != 0
}

// linked weighs a value that is followed as a link, by the element that follows it.
func (f *finder) linked(t *tag, from, to int) (float32, string) {
	value := f.text[:min(to, len(f.text))]
	if w, rule := dangerous(value, from); w > 0 {
		return w, rule
	}
	switch class, _ := scheme(value, from); {
	case t.class&eFrame != 0 && class&uData != 0:
		return 0.85, "data_url"
	case t.class&eFrame != 0 && (contains(value, from, 5, "mhtml") || contains(value, from, 80, "scriptlet")):
		return 0.82, "embedded_document"
	case t.class&eMeta != 0 && f.redirects(from, to):
		return 0.92, "meta_refresh"
	case t.class&eMeta != 0 && f.refreshes(from, to), t.class&eMeta != 0 && contains(value, from, 160, "rel=stylesheet"):
		return embeds, "meta_refresh"
	case f.buried(from, to):
		return 0.82, "script_url"
	case t.class&eMeta != 0 && contains(value, from, 80, "utf-7"):
		return 0.82, "utf7"
	}
	return 0, ""
}

// maxRefresh bounds the bytes of a refresh that are read.
const maxRefresh = 256

// redirects reports whether a refresh goes to a URL that runs code: the last of several counts.
func (f *finder) redirects(from, to int) bool {
	for i := from; i < min(to, from+maxRefresh); i++ {
		if c := f.text[i]; c != '=' && c != ';' && c != ',' {
			continue
		}
		for i++; i < to && (blank(f.text[i]) || quoteIndex(f.text[i]) >= 0); i++ {
		}
		class, _ := scheme(f.text[:min(to, len(f.text))], i)
		if class != 0 {
			return true
		}
		i--
	}
	return false
}
