package main

import (
	"math"
	"math/rand/v2"

	"github.com/meshwarden/meshwarden/internal/scan/gist"
)

const (
	pullPasses = 5
	pullRate   = 0.02
	// asked is the share of texts without an attack of which the network is asked.
	asked = 0.10
)

// learnPull learns what each class says by itself of whether words in a row are of an attack: a linear model of its vector and a
// little of its own. What it returns adds up to 1 where one in so many innocent texts does.
func learnPull(means []vector, docs []doc) []float32 {
	random := rand.New(rand.NewPCG(9, 10))
	project, own, bias := newAdam(dims), newAdam(len(means)), newAdam(1)
	bias.v[0] = -2
	pull := make([]float32, len(means))
	odds(own.v, docs)
	fresh := func() {
		for c := range means {
			pull[c] = own.v[c]
			if c > 0 {
				for i, x := range means[c] {
					pull[c] += x * project.v[i]
				}
			}
		}
		pull[0] = 0
	}
	fresh()
	order := random.Perm(len(docs))
	for range pullPasses {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for i, k := range order {
			d := &docs[k]
			from, to, sum := pulls(pull, d.said())
			g := float32(1 / (1 + math.Exp(-float64(sum+bias.v[0]))))
			if d.attack {
				g--
			}
			g *= d.weight
			bias.g[0] += g
			for _, c := range d.said()[from:to] {
				own.g[c] += g
				for j, x := range means[c] {
					project.g[j] += g * x
				}
			}
			if i%512 == 511 {
				for c := range own.g {
					own.g[c] += 0.2 * own.v[c]
				}
				for _, a := range []*adam{project, own, bias} {
					a.step(0, len(a.v), pullRate)
				}
				fresh()
			}
		}
	}
	var sums []float32
	for i := range docs {
		if !docs[i].attack {
			_, _, sum := pulls(pull, docs[i].said())
			sums = append(sums, sum)
		}
	}
	level := max(quantile(sums, asked), 0.1)
	for c := range pull {
		pull[c] /= level
	}
	return pull
}

// odds sets what each class says to a share of how much more often it stands in attacks, to begin with.
func odds(own []float32, docs []doc) {
	in := [2][]float64{make([]float64, len(own)), make([]float64, len(own))}
	var total [2]float64
	for i := range docs {
		kind := 0
		if docs[i].attack {
			kind = 1
		}
		for _, c := range docs[i].said() {
			in[kind][c]++
			total[kind]++
		}
	}
	for c := range own {
		own[c] = float32(0.3 * math.Log((in[1][c]+1)/(total[1]+1)*(total[0]+1)/(in[0][c]+1)))
	}
}

// said are the classes of a text without what is around it.
func (d *doc) said() []gist.Class { return d.classes[margin : len(d.classes)-margin] }

// pulls returns the words in a row that pull most.
func pulls(pull []float32, classes []gist.Class) (from, to int, most float32) {
	sum := float32(0)
	to = min(len(classes), 1)
	most = -1e9
	for i, c := range classes {
		sum += pull[c]
		if i >= gist.Span {
			sum -= pull[classes[i-gist.Span]]
		}
		if sum > most {
			from, to, most = max(0, i+1-gist.Span), i+1, sum
		}
	}
	return from, to, most
}
