package scan

// nested judges the values of a JSON text that is itself a value: tool call arguments in a chat body,
// events in an envelope. Its leaves are mapped back to the outer leaf.
type nested struct {
	reader jsonReader
	engine *engine
	outer  *leaf
	view   view
	inner  view // the value being judged; a field so that handing it on does not allocate
	level  int
}

// inspectNested reports whether v is one whole JSON text, and judges its values if so.
func (e *engine) inspectNested(l *leaf, v *view, level int) bool {
	if len(v.text) < 2 || len(v.text) > windowBytes || !mayNest(v.text[0]) {
		return false
	}
	text := trimJSONSpace(v.text)
	if len(text) < 2 || text[0] != '{' && text[0] != '[' {
		return false
	}
	n := &e.readers[level]
	if !n.reader.valid(text) {
		return false
	}
	n.engine, n.outer, n.view, n.level = e, l, *v, level
	base := len(v.text) - len(text)
	n.reader.reset()
	n.reader.within(v)
	n.reader.write(n, text, base)
	n.reader.finish(n)
	return true
}

// mayNest reports whether a JSON object or array may begin with c, white space and byte order marks included.
func mayNest(c byte) bool { return c == '{' || c == '[' || c <= ' ' || c == 0xEF }

// valid reports whether text is JSON from beginning to end.
func (r *jsonReader) valid(text []byte) bool {
	r.reset()
	if _, ok := r.write(nobody{}, text, 0); !ok || r.state != jsonAfter {
		return false
	}
	return r.depth == 0
}

type nobody struct{}

func (nobody) judge(*leaf) {}

func (nobody) mark() int { return 0 }

func (nobody) settle(int, uint8, utterance) {}

func (nobody) paths() bool { return false }

func (nobody) announced(keyContext) bool { return false }

func (nobody) names(keyContext) (person, thing bool) { return false, false }

func (nobody) glance([]byte, keyContext) (class, bool) { return 0, true }

func (n *nested) glance(raw []byte, key keyContext) (class, bool) { return n.engine.glance(raw, key) }

func (n *nested) mark() int { return n.engine.mark() }

func (n *nested) settle(mark int, scope uint8, said utterance) { n.engine.settle(mark, scope, said) }

func (n *nested) paths() bool { return n.engine.paths() }

func (n *nested) announced(key keyContext) bool { return n.engine.announced(key) }

func (n *nested) names(key keyContext) (person, thing bool) { return n.engine.names(key) }

func (n *nested) judge(inner *leaf) {
	v := &n.inner
	*v = n.view.slice(inner.base, inner.base+len(inner.raw))
	v.key, v.where, v.bare, v.found, v.filtered = inner.key, inner.where, inner.bare, inner.found, inner.glanced
	if inner.escaped {
		if decoded, changed := n.engine.levels[n.level].decode(v, decodeEscapes); changed != 0 {
			*v = decoded
			n.engine.noteControls(v.text)
		}
	}
	n.engine.inspect(n.outer, v, n.level)
}
