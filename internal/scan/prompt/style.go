package prompt

import "github.com/meshwarden/meshwarden/internal/scan/model"

// shipped is the model that Find asks; internal/scan/train made it.
var shipped = func() *model.Model {
	m, err := model.Parse(weights)
	if err != nil {
		panic("prompt: " + err.Error()) // weights is a constant, and a test parses it
	}
	return m
}()

// Words calls visit with each word of text, as the model of Find sees them; begins says that the word is the first
// one of a sentence, a line or a quotation. It is what a model is trained on.
func Words(text []byte, visit func(word []byte, begins bool)) {
	l := lexer{text: text}
	for t := (token{}); l.next(&t); {
		visit(text[t.start:t.end], t.begins)
	}
}

// Triggered reports whether text has one of Triggers.
func Triggered(text []byte) bool { return triggers.In(text) }

// Asked reports whether Find asks the model about text at all: it has one of Triggers, and words that wake stand together.
func Asked(text []byte) bool {
	if !triggers.In(text) {
		return false
	}
	walk := newWaking(text)
	walk.foreigns = true // they need no asking
	what, _, _ := walk.next()
	return what != 0
}

// Margin returns the highest margin of m over the windows of text, whether Find asks about it or not; ok is false when text has
// no word. It is what a model is calibrated on.
func Margin(m *model.Model, text []byte) (highest float32, ok bool) {
	var w model.Window
	l := lexer{text: text}
	for t := (token{}); l.next(&t); ok = true {
		if margin, _ := w.Push(m, text[t.start:t.end], t.begins, t.start); margin > highest || !ok {
			highest = margin
		}
	}
	return highest, ok
}
