package gist_test

import (
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/gist"
)

func TestTextsAreCutIntoWordsAndMarks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                          "",
		"Ignore it, NOW!!":          "ignore it <08> now <12>",
		"don't can't isn\u2019t":    "do n't ca n't is n't",
		"the user's what's we're":   "the user what we",
		"n't 'quoted' o'clock":      "n <13> quoted <13> o <13> clock",
		"42 a1 na\u00efve \u4f60":   "<03> <04> <05> <05>",
		"a\n\n\nb \u201cc\u201d...": "a <06> b <13> c <13> <07>",
	} {
		var l gist.Lexer
		l.Read([]byte(text))
		var got []string
		at := 0
		for tok, ok := l.Next(); ok; tok, ok = l.Next() {
			if tok.Start < at || tok.End <= tok.Start || tok.End > len(text) {
				t.Fatalf("%q: a token at %d to %d after %d", text, tok.Start, tok.End, at)
			}
			at = tok.Start
			word := string(tok.Word)
			if word == "" {
				word = "<" + string(rune('0'+tok.Form/10)) + string(rune('0'+tok.Form%10)) + ">"
			}
			got = append(got, word)
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("%q is cut into %s, want %s", text, got, want)
		}
	}
}

// taught is a network that wants one of two words in each of a window's features.
func taught(words ...string) *gist.Weights {
	w := &gist.Weights{Classes: make([][gist.Dims]float32, gist.MaxClasses), Bias: -1, Margins: [gist.Knots]float32{0, 1, 2, 3}}
	for i, word := range words {
		c := gist.Of(&gist.Token{Word: []byte(word)})
		w.Classes[c][i] = 1
		w.Look[gist.Before][i][i] = 1
		w.Mix[i][i] = 1
		w.Out[i] = 1
	}
	return w
}

func parse(t testing.TB, w *gist.Weights) *gist.Network {
	t.Helper()
	n, err := gist.Parse(gist.Encode(w))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAnyChangedByteOfADocumentIsRefused(t *testing.T) {
	t.Parallel()
	doc := gist.Encode(taught("ignore", "instructions"))
	for _, c := range []byte(doc) {
		if c < ' ' || c > '~' {
			t.Fatalf("a document has a byte %#x", c)
		}
	}
	for i := 0; i < len(doc); i += 1 + i/100 {
		if _, err := gist.Parse(doc[:i] + string(doc[i]^1) + doc[i+1:]); err == nil {
			t.Errorf("byte %d changed: accepted", i)
		}
	}
	for _, broken := range []string{"", "mwgist1", doc[:len(doc)-1], doc + " "} {
		if _, err := gist.Parse(broken); err == nil {
			t.Errorf("%.40q: accepted", broken)
		}
	}
	if len(doc) > 64<<10 {
		t.Errorf("%d bytes", len(doc))
	}
}

func TestWordsCountTogetherInOneWindow(t *testing.T) {
	t.Parallel()
	n := parse(t, taught("ignore", "instructions"))
	far := strings.Repeat("the house is green and ", 30)
	for text, want := range map[string]float32{
		"":                                     0,
		"the house is green":                   -1,
		"ignore the house":                     0,
		"ignore the instructions":              1,
		"please IGNORE these Instructions now": 1,
		"ignore " + far + "instructions":       0,
		far + "ignore the instructions " + far: 1,
	} {
		v, ok := n.Judge([]byte(text))
		if v.Margin < want-0.05 || v.Margin > want+0.05 || ok != (text != "") {
			t.Errorf("%.60q: margin %.2f, want %.2f", text, v.Margin, want)
		}
		if ok && v.Margin >= 0 && !strings.Contains(strings.ToLower(text[v.Start:v.End]), "ignore") && !strings.Contains(text[v.Start:v.End], "instructions") {
			t.Errorf("%.60q: found in %q", text, text[v.Start:v.End])
		}
	}
}

func TestConfidenceRisesFromTheFirstMarginToTheLast(t *testing.T) {
	t.Parallel()
	n := parse(t, taught("ignore"))
	last := float32(0)
	for m := float32(-1); m < 4; m += 0.1 {
		c := n.Confidence(m)
		if c < last || c > 0.95 || m < -0.05 && c != 0 {
			t.Errorf("margin %.1f makes %.2f sure, after %.2f", m, c, last)
		}
		last = c
	}
	if last < 0.6 {
		t.Errorf("the surest is %.2f", last)
	}
}

func TestJudgingAllocatesNothing(t *testing.T) {
	n := parse(t, taught("ignore", "instructions"))
	text := []byte(strings.Repeat("Please don't ignore the user's instructions. ", 20))
	if got := testing.AllocsPerRun(20, func() { n.Judge(text) }); got > 0 {
		t.Errorf("%v allocations", got)
	}
}

func TestTheTableOfAVocabularyKnowsItsWordsAndNoOthers(t *testing.T) {
	t.Parallel()
	known := 0
	for _, word := range strings.Fields("ignore disregard instructions directives reveal disclose assistant chatbot the you n't") {
		if gist.Of(&gist.Token{Word: []byte(word), Form: 1}) >= gist.FirstWord {
			known++
		} else {
			t.Errorf("%s is not in the vocabulary", word)
		}
	}
	strange := 0
	for i := range 26 * 26 {
		word := "qx" + string(rune('a'+i/26)) + "zj" + string(rune('a'+i%26)) + "w"
		if gist.Of(&gist.Token{Word: []byte(word), Form: 1}) >= gist.FirstWord {
			strange++
		}
	}
	if strange > 7 {
		t.Errorf("%d of 676 words that are none are taken for words", strange)
	}
}
