package main

import (
	"slices"
	"sync"

	"github.com/meshwarden/meshwarden/internal/scan/model"
	"github.com/meshwarden/meshwarden/internal/scan/prompt"
)

// examples of the sources that are trained on when a fold is left out.
func examples(all []*source, without string) (out []example) {
	attacks, benign := 0, 0
	used := func(s *source) bool { return !s.measured && (s.fold == "" || s.fold != without) }
	for _, s := range all {
		if used(s) {
			attacks += len(s.attacks)
			benign += len(s.benign)
		}
	}
	weight := min(4, attackShare*float64(benign)/float64(attacks))
	for _, s := range all {
		if !used(s) {
			continue
		}
		for _, text := range s.benign {
			for _, w := range windows(text) {
				out = append(out, example{w, false, 1})
			}
		}
		for _, text := range s.attacks {
			ws := windows(text)
			for _, w := range ws {
				// An attack is somewhere in the text, so that its windows share its weight.
				out = append(out, example{w, true, weight / float64(len(ws))})
			}
		}
	}
	return out
}

// folded are models by the fold they never saw; "" names the one of all sources.
type folded map[string]*linear

// train learns all folds, two at a time.
func train(all []*source) folded {
	folds := []string{""}
	for _, s := range all {
		if s.fold != "" && !slices.Contains(folds, s.fold) {
			folds = append(folds, s.fold)
		}
	}
	models := make(folded)
	var lock sync.Mutex
	var done sync.WaitGroup
	slots := make(chan struct{}, 2)
	for _, fold := range folds {
		done.Go(func() {
			slots <- struct{}{}
			l := learn(examples(all, fold))
			lock.Lock()
			models[fold] = l
			lock.Unlock()
			<-slots
		})
	}
	done.Wait()
	return models
}

// uncalibrated says nothing of its own: it is for reading margins.
var uncalibrated = [model.Knots]float32{100, 101, 102, 103}

// parsed returns the models as Find uses them.
func (f folded) parsed(margins [model.Knots]float32) map[string]*model.Model {
	out := make(map[string]*model.Model)
	for fold, l := range f {
		m, err := model.Parse(l.quantise(margins))
		if err != nil {
			fatal(err)
		}
		out[fold] = m
	}
	return out
}

// rates are the shares of benign texts of unseen sources that reach each margin of the curve; the last one lies
// beyond all of them.
var rates = [model.Knots - 1]float64{0.002, 0.0007, 0.0002}

// beyond is how far above the highest benign margin the last one lies.
const beyond = 0.25

// calibrate finds the margins of the curve from benign texts that the asked model never saw. PIGuard's are left out: they are chosen to
// look like injections.
func calibrate(all []*source, models folded) (margins [model.Knots]float32) {
	by := models.parsed(uncalibrated)
	var seen []float32
	texts := 0
	for _, s := range all {
		if s.fold == "" && s.name != otherGo || s.fold == "piguard" {
			continue
		}
		for _, text := range s.benign {
			texts++
			if m, ok := prompt.Margin(by[s.fold], []byte(text)); ok && prompt.Asked([]byte(text)) {
				seen = append(seen, m)
			}
		}
	}
	slices.Sort(seen)
	for i, rate := range rates {
		margins[i] = seen[len(seen)-1-int(rate*float64(texts))]
	}
	margins[model.Knots-1] = seen[len(seen)-1] + beyond
	return margins
}
