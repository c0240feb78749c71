package attackcorpus

import (
	"embed"
	"path"
	"strings"
)

//go:embed testdata/prompts
var sentences embed.FS

// Language is the project's own sentences in one language, injections and ordinary ones. They were written before the rules;
// those held out may not be read while rules are written, nor trained on. They are the same thoughts in every language.
type Language struct {
	Name                                         string
	Attacks, Ordinary, HeldAttacks, HeldOrdinary []string
}

// Languages returns all of them, by name.
func Languages() (all []Language) {
	files, err := sentences.ReadDir("testdata/prompts")
	if err != nil {
		panic(err) // embedded
	}
	for _, file := range files {
		data, err := sentences.ReadFile(path.Join("testdata/prompts", file.Name()))
		if err != nil {
			panic(err)
		}
		l := Language{Name: strings.TrimSuffix(file.Name(), ".txt")}
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
