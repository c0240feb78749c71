package scan

import "bytes"

// Role says whose words a text of a conversation with a language model are.
type Role uint8

// The roles. RoleTool are results of tools, functions and searches and documents that were attached: words of third
// parties. RoleToolCall are the arguments a model calls a tool with, RoleToolSpec descriptions of tools.
const (
	RoleNone Role = iota // no conversation, or none that the scanner knows
	RoleSystem
	RoleUser
	RoleAssistant
	RoleTool
	RoleToolCall
	RoleToolSpec
)

// String returns the role's name in results, empty for RoleNone.
func (r Role) String() string {
	return [...]string{"", "system", "user", "assistant", "tool_result", "tool_call", "tool_description"}[r]
}

// label is what a container says that it is: a set, because keys may be repeated and readers differ in which they
// believe.
type label uint8

const (
	labelSystem label = 1 << iota
	labelUser
	labelAssistant
	labelTool
	labelOther // a role that is none of these
	labelKnown // belongs to a conversation
)

// role is the one role that the labels agree on; tool results are what they are whatever else is claimed.
func (l label) role() Role {
	switch l &^ labelKnown {
	case labelSystem:
		return RoleSystem
	case labelUser:
		return RoleUser
	case labelAssistant:
		return RoleAssistant
	}
	if l&labelTool != 0 {
		return RoleTool
	}
	return RoleNone
}

// enter says what the container f is, in outer under the current key.
func (p *place) enter(e judge, outer, f *frame) {
	var settled bool
	f.node, settled = outer.node.child(p.key.name, f.kind)
	f.scope = outer.scope
	switch {
	case f.node.labelled():
		f.scope, f.from = uint8(p.depth), int32(e.mark())
		p.labelled = true
	case settled:
		f.scope = 0
	}
}

// utterance is what is known of whose words a text is.
type utterance struct {
	role Role
	// known says that the text belongs to a conversation; trusted, that a system prompt stands where the application puts
	// it: not in a text inside a string, nor behind what others said.
	known, trusted bool
}

// says returns whose words the value is that the reader stands at. scope is the depth of the container whose labels have
// the last word, 0 when what is said is final.
func (p *place) says() (said utterance, scope uint8) {
	switch {
	case p == nil, p.astray, p.depth > maxPlaceDepth:
		return said, 0
	case p.frames[p.depth].node == nodeNone:
		if p.outer != nil {
			return p.outer.says()
		}
		return said, 0
	}
	f := &p.frames[p.depth]
	role, waits := f.node.leaf(p.key.name)
	if waits {
		scope = f.scope
	}
	return utterance{role: role, known: true, trusted: p.outer == nil}, scope
}

// read takes note of a string in a container that may be labelled.
func (p *place) read(value []byte, escaped bool) {
	f := &p.frames[p.depth]
	switch len(p.key.name) {
	case len("role"), len("model"), len("jsonrpc"):
	default:
		return
	}
	if escaped {
		var buf [maxKeyBytes]byte // TinyGo's is of the heap
		value = unescape(buf[:0], value)
	}
	switch key := p.key.name; {
	case equalKey(key, "role"):
		f.label |= roleLabel(value)
	case f.node == nodeRoot && (string(key) == "model" || string(key) == "jsonrpc"):
		f.label |= labelKnown
	case f.node != nodeRoot && string(key) == "type":
		f.label |= itemLabel(value)
	}
}

// equalKey compares without regard to ASCII case, as some decoders do.
func equalKey(key []byte, lower string) bool { return len(key) == len(lower) && equalFold(key, lower) }

func roleLabel(value []byte) label {
	switch {
	case equalKey(value, "system"), equalKey(value, "developer"):
		return labelSystem
	case equalKey(value, "user"):
		return labelUser
	case equalKey(value, "assistant"), equalKey(value, "model"):
		return labelAssistant
	case equalKey(value, "tool"), equalKey(value, "function"):
		return labelTool
	}
	return labelOther
}

// itemLabel reads the type of an item of OpenAI's responses.
func itemLabel(value []byte) label {
	switch {
	case bytes.HasSuffix(value, []byte("_call_output")):
		return labelTool
	case bytes.HasSuffix(value, []byte("_call")):
		return labelKnown
	}
	return 0
}

// labelSpoken is said of a list of messages: one that was not the application's has ended.
const labelSpoken = labelOther

// settle tells what the labels of the container f, which ends, say about the texts that waited for them.
func (p *place) settle(e judge, f *frame) {
	const roles = labelSystem | labelUser | labelAssistant | labelTool
	outer := &p.frames[p.depth-1]
	said := utterance{role: f.label.role(), known: f.label&(roles|labelKnown) != 0}
	if said.known && outer.scope > 0 {
		p.frames[outer.scope].label |= labelKnown
	}
	if f.node == nodeReply && f.label&(roles|labelOther) == 0 {
		said.role, said.known = RoleAssistant, true
	}
	said.trusted = p.outer == nil && outer.label&labelSpoken == 0
	if p.astray {
		said = utterance{}
	}
	e.settle(int(f.from), uint8(p.depth), said)
	if f.node == nodeMessage && said.role != RoleSystem {
		outer.label |= labelSpoken
	}
}

// soFar is whose words the value is that the reader stands at, by the labels that have been read.
func (p *place) soFar() Role {
	said, scope := p.says()
	if scope == 0 {
		return said.role
	}
	for p.frames[p.depth].node == nodeNone {
		p = p.outer
	}
	l := p.frames[scope].label
	return utterance{role: l.role(), known: l&^labelOther != 0}.of(said.role).role
}

// mayBeResult reports whether the value that the reader stands at is a tool's result or description, or may be one as long
// as nothing says whose words it is.
func (p *place) mayBeResult() bool {
	if p == nil || p.depth <= maxPlaceDepth && p.frames[p.depth].node == nodeNone && p.outer == nil {
		return false // most values of most bodies
	}
	switch said, scope := p.says(); said.role {
	case RoleTool, RoleToolSpec:
		return true
	case RoleNone:
		return scope != 0 && (p.soFar() == RoleNone || p.soFar() == RoleTool)
	}
	return false
}
