package main

import (
	"fmt"

	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
	"github.com/meshwarden/meshwarden/internal/scan/model"
	"github.com/meshwarden/meshwarden/internal/scan/prompt"
)

// hint is the level from which the strictest profile acts.
const hint = 0.7

// reported is the least confidence of a match.
const reported = 0.5

// shares counts texts that reach a confidence, with phrases alone and with a model.
type shares struct {
	texts, asked             int
	phrases, blocked, hinted int
	// sure counts those that the model alone would report, unasked those of them that Find does not ask it about.
	sure, unasked int
}

func (n *shares) add(m *model.Model, text string) {
	n.texts++
	asked := prompt.Asked([]byte(text))
	n.asked += count(asked)
	n.phrases += count(strongest(nil, text) >= matchtest.Block)
	fused := strongest(m, text)
	n.blocked += count(fused >= matchtest.Block)
	n.hinted += count(fused >= hint)
	if margin, ok := prompt.Margin(m, []byte(text)); ok && m.Confidence(margin) >= reported {
		n.sure++
		n.unasked += count(!asked)
	}
}

func strongest(m *model.Model, text string) (best float32) {
	for _, found := range prompt.FindWith(m, []byte(text), nil) {
		best = max(best, found.Confidence)
	}
	return best
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// print judges every source by the model that never saw it.
func print(all []*source, models map[string]*model.Model) {
	fmt.Println("| texts | number | asked | phrases >= 0.8 | with the model >= 0.8 | >= 0.7 | model alone >= 0.5 | of those not asked |")
	fmt.Println("|---|---|---|---|---|---|---|---|")
	for _, s := range all {
		if !s.measured && s.fold == "" {
			continue // trained on in every fold
		}
		for _, kind := range []struct {
			name  string
			texts []string
		}{{"attacks", s.attacks}, {"benign", s.benign}} {
			if len(kind.texts) == 0 {
				continue
			}
			var n shares
			for _, text := range kind.texts {
				n.add(models[s.fold], text)
			}
			percent := func(k int) float64 { return 100 * float64(k) / float64(n.texts) }
			fmt.Printf("| %s, %s | %d | %.2f %% | %.2f %% | %.2f %% | %.2f %% | %.2f %% | %.2f %% |\n", s.name, kind.name, n.texts,
				percent(n.asked), percent(n.phrases), percent(n.blocked), percent(n.hinted), percent(n.sure), percent(n.unasked))
		}
	}
}
