package main

import (
	"embed"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
)

// grammars are the project's own attacks and innocent sentences, one file for each language.
//
// paraphrases say what injections say in many other words; they are for the network, which knows words by their neighbours.
//
//go:embed grammar paraphrases
var grammars embed.FS

// expansions is how often each alternative of a grammar's "attack" and "benign" is expanded.
const expansions = 40

// written expands the grammars, always to the same sentences, and adds the sentences of all languages that are not held out.
func written() *source {
	s := expanded("written", "grammar")
	for _, l := range attackcorpus.Languages() {
		s.attacks = append(s.attacks, l.Attacks...)
		s.benign = append(s.benign, l.Ordinary...)
	}
	return s
}

// repeated is how often the wordings that may be read are trained on, which are fewer than what grammars make.
const repeated = 4

// paraphrased expands the paraphrases and adds the English wordings that are not held out.
func paraphrased() *source {
	s := expanded("paraphrased", "paraphrases")
	for _, w := range attackcorpus.Wordings() {
		if strings.HasPrefix(w.Name, "en-") {
			s.attacks = append(s.attacks, slices.Repeat(w.Attacks, repeated)...)
			s.benign = append(s.benign, slices.Repeat(w.Ordinary, repeated)...)
		}
	}
	return s
}

func expanded(name, dir string) *source {
	s := &source{name: name}
	files, err := grammars.ReadDir(dir)
	if err != nil {
		panic(err) // embedded
	}
	seen := make(map[string]bool)
	for _, f := range files {
		data, err := grammars.ReadFile(dir + "/" + f.Name())
		if err != nil {
			panic(err)
		}
		g := parseGrammar(string(data))
		s.attacks = append(s.attacks, g.expand("attack", seen)...)
		s.benign = append(s.benign, g.expand("benign", seen)...)
	}
	return s
}

// grammar maps a name to its alternatives.
type grammar map[string][]string

func parseGrammar(text string) grammar {
	g := make(grammar)
	for line := range strings.Lines(text) {
		if name, rest, ok := strings.Cut(line, "="); ok && line[0] != '#' {
			for _, alternative := range strings.Split(rest, "|") {
				g[strings.TrimSpace(name)] = append(g[strings.TrimSpace(name)], strings.TrimSpace(alternative))
			}
		}
	}
	return g
}

// expand returns new sentences of every alternative of name, in the case and punctuation that people write.
func (g grammar) expand(name string, seen map[string]bool) (out []string) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, alternative := range g[name] {
		for range expansions {
			text := tidy(g.fill(alternative, random), random)
			if !seen[text] {
				seen[text] = true
				out = append(out, text)
			}
		}
	}
	return out
}

// fill replaces each $name by one of its alternatives.
func (g grammar) fill(text string, random *rand.Rand) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "$")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		n := 0
		for n < len(rest) && rest[n] >= 'a' && rest[n] <= 'z' {
			n++
		}
		alternatives := g[rest[:n]]
		if len(alternatives) == 0 {
			panic("no " + rest[:n] + " in a grammar") // embedded
		}
		b.WriteString(g.fill(alternatives[random.IntN(len(alternatives))], random))
		text = rest[n:]
	}
}

// tidy joins blanks, and writes most sentences with a capital and a full stop.
func tidy(text string, random *rand.Rand) string {
	text = strings.Join(strings.Fields(text), " ")
	text = strings.NewReplacer(" ,", ",", " .", ".", " ;", ";").Replace(text)
	if random.IntN(4) > 0 {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	if random.IntN(2) > 0 {
		text += "."
	}
	return text
}
