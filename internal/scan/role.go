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

// node is what a container is in the shapes of conversations: OpenAI's chat completions and responses, Anthropic's
// messages, Gemini's contents, Bedrock's converse, the Model Context Protocol. Names decide alone where they are
// distinctive; others count only when the container's labels say that it belongs to a conversation, whatever their order.
type node uint8

const (
	nodeNone     node = iota
	nodeDocument      // the body, or an array of several
	nodeRoot          // a request or response; may be a message itself
	nodeParams        // of a JSON-RPC request
	nodeResult        // of a JSON-RPC response
	nodeMessages
	nodeMessage
	nodeChoices
	nodeChoice
	nodeReplies // as nodeMessages and nodeMessage, of the assistant where nothing else is said
	nodeReply
	nodeBlocks // parts of a message
	nodeBlock
	nodeSystem // from here on everything in a container has the role
	nodeTool
	nodeCall
	nodeSpec
)

// labelled reports whether strings in the container may be labels.
func (n node) labelled() bool { return n == nodeRoot || n == nodeMessage || n == nodeReply }

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

// child says what a container is that stands in one of kind n under a key. settled says that it is so without labels.
func (n node) child(key []byte, kind byte) (child node, settled bool) {
	array := kind == '['
	switch n {
	case nodeDocument:
		if array {
			return nodeDocument, false
		}
		return nodeRoot, false
	case nodeRoot:
		return rootChild(key, array)
	case nodeParams:
		if string(key) == "arguments" {
			return nodeCall, false
		}
		return rootChild(key, array)
	case nodeResult:
		return resultChild(key, array)
	case nodeMessages, nodeReplies, nodeChoices, nodeBlocks:
		if array {
			return nodeNone, false
		}
		return n + 1, false // the element
	case nodeChoice:
		switch string(key) {
		case "message", "delta", "content":
			return objectOnly(nodeReply, array)
		}
	case nodeMessage, nodeReply:
		return messageChild(key, array)
	case nodeBlock:
		return blockChild(key)
	case nodeSystem, nodeTool, nodeCall, nodeSpec:
		return n, false
	}
	return nodeNone, false
}

func objectOnly(n node, array bool) (node, bool) {
	if array {
		return nodeNone, false
	}
	return n, false
}

func rootChild(key []byte, array bool) (node, bool) {
	switch string(key) {
	case "messages", "input", "contents":
		if array {
			return nodeMessages, false
		}
	case "output":
		if array {
			return nodeReplies, false
		}
		return nodeRoot, false // Bedrock: {"output":{"message":{}}}
	case "choices", "candidates":
		if array {
			return nodeChoices, false
		}
	case "content", "parts":
		if array {
			return nodeBlocks, false
		}
		return nodeBlock, false
	case "message", "item":
		return objectOnly(nodeMessage, array)
	case "delta", "content_block":
		return objectOnly(nodeReply, array)
	case "system":
		return nodeSystem, false
	case "systemInstruction", "system_instruction":
		return nodeSystem, true
	case "tools", "functions":
		return nodeSpec, false
	case "params":
		return objectOnly(nodeParams, array)
	case "result":
		return objectOnly(nodeResult, array)
	case "body", "request", "response":
		return objectOnly(nodeRoot, array)
	case "requests":
		if array {
			return nodeDocument, false
		}
	}
	return nodeNone, false
}

func resultChild(key []byte, array bool) (node, bool) {
	switch string(key) {
	case "content", "contents", "toolResult":
		return nodeTool, false
	case "structuredContent":
		return nodeTool, true
	case "tools", "resources", "resourceTemplates", "prompts":
		return nodeSpec, false
	case "messages":
		if array {
			return nodeMessages, false
		}
	}
	return nodeNone, false
}

func messageChild(key []byte, array bool) (node, bool) {
	switch string(key) {
	case "content", "parts":
		if array {
			return nodeBlocks, false
		}
		return nodeBlock, false
	case "output", "results", "outputs":
		return nodeTool, false
	case "tool_calls", "function_call":
		return nodeCall, false
	case "tools":
		return nodeSpec, false
	}
	return nodeNone, false
}

func blockChild(key []byte) (node, bool) {
	switch string(key) {
	case "content", "source", "resource":
		return nodeTool, false
	case "functionResponse", "function_response", "toolResult", "codeExecutionResult":
		return nodeTool, true
	case "input":
		return nodeCall, false
	case "functionCall", "function_call", "toolUse":
		return nodeCall, true
	}
	return nodeBlock, false
}

// leaf says whose words a string directly in a container of kind n is; waits, that the container's labels decide on it.
func (n node) leaf(key []byte) (role Role, waits bool) {
	switch n {
	case nodeRoot:
		switch string(key) {
		case "system", "instructions":
			return RoleSystem, true
		case "systemInstruction", "system_instruction":
			return RoleSystem, false
		case "input":
			return RoleUser, true
		case "content":
			return RoleNone, true
		}
		return RoleNone, false
	case nodeParams:
		if string(key) == "systemPrompt" || string(key) == "system" {
			return RoleSystem, true
		}
		return RoleNone, false
	case nodeResult:
		if string(key) == "instructions" {
			return RoleToolSpec, true // of the server for the model
		}
		return RoleNone, false
	case nodeChoice:
		return RoleAssistant, true
	case nodeMessage, nodeReply:
		switch string(key) {
		case "output":
			return RoleTool, true
		case "arguments", "input":
			return RoleToolCall, true
		}
		return RoleNone, true
	case nodeBlock:
		switch string(key) {
		case "content":
			return RoleTool, true
		case "input", "arguments":
			return RoleToolCall, true
		}
		return RoleNone, true
	case nodeSystem:
		return RoleSystem, true
	case nodeTool:
		return RoleTool, true
	case nodeCall:
		return RoleToolCall, true
	case nodeSpec:
		return RoleToolSpec, true
	}
	return RoleNone, n == nodeBlocks
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
	var buf [maxKeyBytes]byte
	if escaped {
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
