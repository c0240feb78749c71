package main

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/meshwarden/meshwarden/internal/scan/gist"
	"github.com/meshwarden/meshwarden/internal/scan/prompt"
)

// thinned are sources whose texts are much alike: one in four is enough.
var thinned = []string{"webhooks", "go paragraphs"}

// most is how much an attack weighs against an innocent text at most.
const heaviest = 3

// readAll are the texts that a network is trained on when a fold is left out.
func readAll(all []*source, without string) (docs []doc) {
	var attacks, benign []doc
	for _, s := range all {
		if s.measured || s.fold != "" && s.fold == without {
			continue
		}
		for i, text := range s.benign {
			if i%4 > 0 && slices.Contains(thinned, s.name) {
				continue
			}
			benign = append(benign, toDoc(text, false))
		}
		for _, text := range s.attacks {
			attacks = append(attacks, toDoc(text, true))
		}
	}
	benign = append(benign, stirred(benign)...)
	foreign := func(d doc) bool { return d.foreign() }
	attacks, benign = slices.DeleteFunc(attacks, foreign), slices.DeleteFunc(benign, foreign)
	weight := min(heaviest, attackWeight*float32(len(benign))/float32(len(attacks)))
	for i := range attacks {
		attacks[i].weight = weight
	}
	return append(attacks, benign...)
}

// soups is how many texts are made of words that stand in no order: lists, tables, code.
const soups = 4000

// stirred returns texts of the words of others, which mean nothing together.
func stirred(docs []doc) (out []doc) {
	random := rand.New(rand.NewPCG(11, 12))
	for range soups {
		d := doc{weight: 1, classes: make([]gist.Class, margin, 64)}
		for range 4 + random.IntN(40) {
			from := docs[random.IntN(len(docs))].said()
			if len(from) == 0 {
				continue
			}
			i := random.IntN(len(from))
			d.classes = append(d.classes, from[i:min(len(from), i+1+random.IntN(3))]...)
			if random.IntN(8) == 0 && len(d.classes) > 8 {
				d.classes = append(d.classes, d.classes[len(d.classes)-4:]...)
			}
		}
		d.classes = append(d.classes, make([]gist.Class, margin)...)
		out = append(out, d)
	}
	return out
}

// trainNetworks learns a network of all sources, named "", and one without each fold, two at a time.
func trainNetworks(all []*source, v *vectors, folds []string) map[string]*learner {
	means := meansOf(v)
	out := make(map[string]*learner)
	var lock sync.Mutex
	var done sync.WaitGroup
	slots := make(chan struct{}, 2)
	for _, fold := range append([]string{""}, folds...) {
		done.Go(func() {
			slots <- struct{}{}
			t := learnNetwork(means, readAll(all, fold))
			lock.Lock()
			out[fold] = t
			lock.Unlock()
			<-slots
		})
	}
	done.Wait()
	return out
}

// reached are the shares of innocent texts of which the network is asked and that reach each margin of the curve, among all of sources that
// are never trained on.
var reached = [gist.Knots]float64{0.005, 0.001, 0.0004, 0.00015}

// network returns the weights with the margins of the curve.
func (l *learner) network(all []*source) *gist.Weights {
	w := l.export()
	var margins []float32
	texts := make(map[string]bool)
	for _, s := range all {
		if !s.measured || len(s.attacks) > 0 {
			continue
		}
		for _, text := range s.sample() {
			if texts[text] {
				continue
			}
			texts[text] = true
			if prompt.Triggered([]byte(text)) {
				margins = append(margins, l.best(toDoc(text, false).classes))
			}
		}
	}
	slices.Sort(margins)
	for i, rate := range reached {
		w.Margins[i] = margins[max(0, len(margins)-1-int(rate*float64(len(texts))))]
		if i > 0 {
			w.Margins[i] = max(w.Margins[i], w.Margins[i-1]+0.1)
		}
	}
	return w
}

// sampled bounds the texts of a source that are measured.
const sampled = 12000

// sample is a source's innocent texts, or some of them.
func (s *source) sample() []string {
	if len(s.benign) <= sampled {
		return s.benign
	}
	var out []string
	for i := 0; i < len(s.benign); i += len(s.benign)/sampled + 1 {
		out = append(out, s.benign[i])
	}
	return out
}

// said are the classes of a text without what is around it.
func (d *doc) said() []gist.Class { return d.classes[margin : len(d.classes)-margin] }

// digest names the texts that a network is learned from, and the vocabulary.
func digest(all []*source) string {
	sum := sha256.New()
	for _, s := range all {
		if !s.measured {
			s.digest(sum)
		}
	}
	fmt.Fprint(sum, gist.Vocabulary())
	return fmt.Sprintf("%x", sum.Sum(nil))
}

// printNetworks judges every source that a network never saw: what is asked about, and how many reach each margin.
func printNetworks(all []*source, networks map[string]*learner, margins [gist.Knots]float32) {
	fmt.Println("| texts | number | a trigger | sure 0.3 | 0.55 | 0.72 | 0.79 |")
	fmt.Println("|---|---|---|---|---|---|---|")
	for _, s := range all {
		t := networks[s.fold]
		if t == nil || !s.measured && s.fold == "" {
			continue
		}
		t.now++
		for i, texts := range [2][]string{s.attacks, s.sample()} {
			if len(texts) == 0 {
				continue
			}
			var counts [1 + gist.Knots]int
			for _, text := range texts {
				d := toDoc(text, i == 0)
				counts[0] += count(prompt.Triggered([]byte(text)))
				margin := t.best(d.classes)
				for k, m := range margins {
					counts[1+k] += count(margin >= m)
				}
			}
			fmt.Printf("| %s, %s | %d |", s.name, [2]string{"attacks", "benign"}[i], len(texts))
			for _, n := range counts {
				fmt.Printf(" %.2f %% |", 100*float64(n)/float64(len(texts)))
			}
			fmt.Println()
		}
	}
}
