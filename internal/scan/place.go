package scan

// Bounds of what a jsonReader knows of where it stands. Containers beyond maxPlaceDepth are counted only: what is in
// them has no path and no role of its own. A path of more than maxPathBytes is lost.
const (
	maxPlaceDepth = 32
	maxPathBytes  = 384
)

// place is where a jsonReader stands: the key of the next value and the containers around it. Work is done where
// containers begin and end, none at values.
type place struct {
	key   keyContext
	depth int
	// frames[0] is the document, frames[d] the container at depth d.
	frames [maxPlaceDepth + 1]frame
	// labelled says that the innermost container is one whose strings may say what it is.
	labelled bool
	// astray says that brackets did not match, so that until the text ends nothing is known of where values stand.
	astray bool
	// outer is the place of the string that holds this text; field is the name of the form's field that does.
	outer *place
	field []byte
	// pathed says that somebody asks for paths: those of containers are in path, an element a key behind its length
	// or anyItem.
	pathed bool
	path   [maxPathBytes]byte
}

// anyItem is a place in an array among the elements of a path.
const anyItem = 0xFF

// frame is one container.
type frame struct {
	from  int32 // findings when it began
	end   int16 // length of its path, lost if there is none
	kind  byte  // { or [
	node  node
	scope uint8 // depth of the container whose labels decide on the role of what is in here; 0: known without
	label label
	// person and thing say whose the names in here are.
	person, thing bool
}

const lost = -1

func (p *place) reset(document node) {
	p.key, p.depth = keyContext{}, 0
	p.frames[0] = frame{node: document}
	p.labelled, p.astray, p.outer, p.field = false, false, nil, nil
}

// open enters a container.
func (p *place) open(e judge, kind byte) {
	p.depth++
	p.labelled = false
	if p.depth > maxPlaceDepth {
		return
	}
	if p.depth == 1 {
		p.pathed = e.paths()
	}
	outer, f := &p.frames[p.depth-1], &p.frames[p.depth]
	*f = frame{kind: kind}
	if f.person, f.thing = e.names(p.key); len(p.key.name) == 0 {
		f.person, f.thing = outer.person, outer.thing // an element of an array, or the document
	}
	if outer.node != nodeNone {
		p.enter(e, outer, f)
	}
	if p.pathed {
		f.end = p.extend(outer)
	}
}

// close leaves a container.
func (p *place) close(e judge, bracket byte) {
	if p.depth <= maxPlaceDepth {
		f := &p.frames[p.depth]
		p.astray = p.astray || f.kind != bracket-2 // ] is two behind [, and } behind {
		if f.node.labelled() {
			p.settle(e, f)
		}
	}
	p.depth--
	p.key = keyContext{}
	p.labelled = p.depth <= maxPlaceDepth && p.frames[p.depth].node.labelled()
	if p.depth == 0 {
		p.astray = false
	}
}

// names reports whether the container around the next value is about a person, or about a thing. A nil place knows nothing.
func (p *place) names() (person, thing bool) {
	if p == nil || p.depth > maxPlaceDepth {
		return false, false
	}
	f := &p.frames[p.depth]
	return f.person, f.thing
}

// extend writes the element of the next value behind its container's path and returns where it ends.
func (p *place) extend(outer *frame) int16 {
	switch {
	case outer.end == lost || outer.kind == 0:
		return outer.end
	case int(outer.end)+1+len(p.key.name) > maxPathBytes:
		return lost
	}
	return int16(len(appendElement(p.path[:outer.end], outer.kind, p.key.name)))
}

func appendElement(path []byte, kind byte, key []byte) []byte {
	if kind == '[' {
		return append(path, anyItem)
	}
	return append(append(path, byte(len(key))), key...)
}

// within makes the text part of the value v. Whose words it is, its own shape may say only where nothing around it does:
// what a tool's result claims to be counts for nothing.
func (p *place) within(v *view) {
	p.outer = v.where
	if v.where == nil {
		p.field = v.key.name
	}
	if said, scope := v.where.says(); said.role != RoleNone || scope != 0 {
		p.frames[0].node = nodeNone
	}
}

// appendPath appends the path of v, a form's field being one of an object. A text inside a string is read as if it stood
// there itself. known is false when there is none.
func (v *view) appendPath(path []byte) (_ []byte, known bool) {
	if v.where == nil {
		return appendElement(path, '{', v.key.name), len(v.key.name) > 0
	}
	return v.where.appendPath(path)
}

func (p *place) appendPath(path []byte) (_ []byte, known bool) {
	switch {
	case p.outer != nil:
		if path, known = p.outer.appendPath(path); !known {
			return path, false
		}
	case len(p.field) > 0:
		path = appendElement(path, '{', p.field)
	}
	if p.depth == 0 {
		return path, true
	}
	if p.astray || p.depth > maxPlaceDepth || p.frames[p.depth].end == lost {
		return path, false
	}
	f := &p.frames[p.depth]
	return appendElement(append(path, p.path[:f.end]...), f.kind, p.key.name), p.pathed
}

// unescape appends to dst, which has room for maxKeyBytes, as many of them as fit of what the string raw says.
func unescape(dst, raw []byte) []byte {
	for i := 0; i < len(raw) && len(dst) < maxKeyBytes; {
		c, width := asciiChar(raw[i]), 1
		if raw[i] == '\\' {
			if decoded, n := decodeEscape(raw[i:]); n > 0 {
				c, width = decoded, n
			}
		}
		dst = append(dst, c.bytes[:min(c.n, maxKeyBytes-len(dst))]...)
		i += width
	}
	return dst
}
