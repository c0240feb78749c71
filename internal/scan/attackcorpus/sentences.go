package attackcorpus

import (
	"embed"
	"path"
	"strings"
)

//go:embed testdata/prompts testdata/wordings
var sentences embed.FS

// Sentences are the project's own sentences of one kind, injections and ordinary ones. They were written before the rules;
// those held out may not be read while rules are written, nor trained on.
type Sentences struct {
	// Name is a language, or English and a family of injections, as in en-role.
	Name                                         string
	Attacks, Ordinary, HeldAttacks, HeldOrdinary []string
}

// Languages returns the same thoughts in the words of each language, by its name.
func Languages() []Sentences { return readSentences("testdata/prompts") }

// Wordings returns what Languages leaves out on purpose, in other words than people usually attack with: other verbs, other
// orders of words, other registers, in English by family.
func Wordings() []Sentences { return readSentences("testdata/wordings") }

func readSentences(dir string) (all []Sentences) {
	files, err := sentences.ReadDir(dir)
	if err != nil {
		panic(err) // embedded
	}
	for _, file := range files {
		data, err := sentences.ReadFile(path.Join(dir, file.Name()))
		if err != nil {
			panic(err)
		}
		l := Sentences{Name: strings.TrimSuffix(file.Name(), ".txt")}
		attacks, ordinary := [2]*[]string{&l.Attacks, &l.HeldAttacks}, [2]*[]string{&l.Ordinary, &l.HeldOrdinary}
		for line := range strings.Lines(string(data)) {
			kind, text, _ := strings.Cut(strings.TrimSpace(line), " ")
			half := &attacks
			if kind == "-" {
				half = &ordinary
			}
			*half[0] = append(*half[0], text)
			half[0], half[1] = half[1], half[0]
		}
		all = append(all, l)
	}
	return all
}

//go:embed testdata/innocent
var innocent embed.FS

// Innocent returns sentences that are no injections though they look like some, a line each, by kind: about injections, and
// requests to act as someone.
func Innocent(kind string) []string {
	data, err := innocent.ReadFile("testdata/innocent/" + kind + ".txt")
	if err != nil {
		panic(err) // embedded
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}
