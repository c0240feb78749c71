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
	{"\nSystem:", 0.35},
	{"\nAssistant:", 0.3},
	{"[system](#", 0.85},
}

// markup finds the control tokens in one pass over the text.
func (f *finder) markup() {
	text := f.lex.text
	for i := nextMarkup(text, 0); i+1 < len(text); i = nextMarkup(text, i+1) {
		c, next := text[i], text[i+1]
		if next <= ' ' || next == c && c == '[' {
			continue
		}
		for k := range tokens {
			if t := &tokens[k]; t.text[0] == c && t.text[1] == next && len(text)-i >= len(t.text) && string(text[i:i+len(t.text)]) == t.text {
				f.mark(fMarkup, t.weight, i, i+len(t.text), 0)
			}
		}
	}
}

// nextMarkup returns the offset of the first byte at i or behind that begins one of tokens, or the end of the text.
func nextMarkup(text []byte, i int) int {
	for ; i+8 <= len(text); i += 8 {
		w := swar.Load(text[i:])
		if marks := swar.Lowest(w, '<') | swar.Lowest(w, '[') | swar.Lowest(w, '#') | swar.Lowest(w, '\n'); marks != 0 {
			return i + swar.First(marks)
		}
	}
	for i < len(text) && text[i] != '<' && text[i] != '[' && text[i] != '#' && text[i] != '\n' {
		i++
	}
	return i
}
