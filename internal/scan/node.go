package scan

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
