package main

import (
	"math"
	"math/rand/v2"

	"github.com/meshwarden/meshwarden/internal/scan/gist"
)

// Settings of the network's training, chosen on folds.
const (
	passes    = 8
	batch     = 32
	rate      = 0.002
	decay     = 0.002 // of what a class says beside its vector
	swap      = 0.08  // share of words that are replaced by unknown ones, so that none is relied on alone
	docTokens = 240
	// bored is the gradient of a text that is right already and is seldom looked at again.
	bored = 0.004
	// share of the weight of attacks in that of benign texts
	attackWeight = 0.5
)

// doc is a text in classes, with none where a look reaches beyond it.
type doc struct {
	classes []gist.Class
	attack  bool
	weight  float32
	rest    int // passes to leave it out
}

const margin = gist.Width / 2

func toDoc(text string, attack bool) doc {
	var l gist.Lexer
	l.Read([]byte(text))
	d := doc{attack: attack, weight: 1, classes: make([]gist.Class, margin, 64)}
	for t, ok := l.Next(); ok && len(d.classes) < docTokens; t, ok = l.Next() {
		d.classes = append(d.classes, gist.Of(&t))
	}
	d.classes = append(d.classes, make([]gist.Class, margin)...)
	return d
}

func (d *doc) words() int { return len(d.classes) - 2*margin }

// adam is a parameter with its state.
type adam struct {
	v, m, s, g []float32
}

func newAdam(n int) *adam {
	return &adam{make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)}
}

func (a *adam) step(from, to int, lr float32) {
	const b1, b2 = 0.9, 0.999
	for i := from; i < to; i++ {
		g := a.g[i]
		a.m[i] += (1 - b1) * (g - a.m[i])
		a.s[i] += (1 - b2) * (g*g - a.s[i])
		a.v[i] -= lr * a.m[i] / (float32(math.Sqrt(float64(a.s[i]))) + 1e-6)
		a.g[i] = 0
	}
}

const (
	nD, nW, nF, nH = gist.Dims, gist.Width, gist.Features, gist.Hidden
)

// learner is a network in training: what a class says is a projection of the mean vector of its words, and a little of its own.
type learner struct {
	means                           []vector
	project, own                    *adam // dims x D, classes x D
	look, floor, mix, base, out, b0 *adam
	says                            []float32 // classes x D, of this batch
	fresh                           []int     // the batch for which says is
	now                             int
	touched                         []gist.Class
	dSays                           []float32
	random                          *rand.Rand
	act                             []float32 // positions x F
}

func newLearner(means []vector) *learner {
	k := len(means)
	l := &learner{means: means, project: newAdam(dims * nD), own: newAdam(k * nD), look: newAdam(nW * nD * nF), floor: newAdam(nF), mix: newAdam(nF * nH), base: newAdam(nH),
		out: newAdam(nH), b0: newAdam(1), says: make([]float32, k*nD), fresh: make([]int, k), dSays: make([]float32, k*nD), random: rand.New(rand.NewPCG(7, 8))}
	fill := func(v []float32, sd float64) {
		for i := range v {
			v[i] = float32(l.random.NormFloat64() * sd)
		}
	}
	fill(l.project.v, 0.6)
	fill(l.own.v, 0.1)
	fill(l.look.v, 1/math.Sqrt(nW*nD))
	fill(l.mix.v, 1/math.Sqrt(nF))
	fill(l.out.v, 1/math.Sqrt(nH))
	l.b0.v[0] = -1
	return l
}

// of returns what a class says, computed once a batch.
func (l *learner) of(c gist.Class) []float32 {
	e := l.says[int(c)*nD:][:nD]
	if c == 0 || l.fresh[c] == l.now {
		return e
	}
	l.fresh[c] = l.now
	l.touched = append(l.touched, c)
	copy(e, l.own.v[int(c)*nD:][:nD])
	for i, x := range l.means[c] {
		p := l.project.v[i*nD:][:nD]
		for d := range e {
			e[d] += x * p[d]
		}
	}
	return e
}

// features computes those at every word.
func (l *learner) features(classes []gist.Class) int {
	n := len(classes) - 2*margin
	if need := n * nF; cap(l.act) < need {
		l.act = make([]float32, need)
	}
	l.act = l.act[:n*nF]
	for t := range n {
		row := l.act[t*nF:][:nF]
		copy(row, l.floor.v)
		for o := range nW {
			c := classes[t+o]
			if c == 0 {
				continue
			}
			e := l.of(c)
			for d, x := range e {
				w := l.look.v[(o*nD+d)*nF:][:nF]
				for f := range row {
					row[f] += x * w[f]
				}
			}
		}
	}
	return n
}

type pooled struct {
	top    [nF]float32
	at     [nF]int
	hidden [nH]float32
	margin float32
}

// window judges words from to to.
func (l *learner) window(from, to int, p *pooled) {
	for f := range nF {
		p.top[f], p.at[f] = 0, -1
	}
	for t := from; t < to; t++ {
		row := l.act[t*nF:][:nF]
		for f, v := range row {
			if v > p.top[f] {
				p.top[f], p.at[f] = v, t
			}
		}
	}
	copy(p.hidden[:], l.base.v)
	for f, v := range p.top {
		if v > 0 {
			w := l.mix.v[f*nH:][:nH]
			for h := range w {
				p.hidden[h] += v * w[h]
			}
		}
	}
	p.margin = l.b0.v[0]
	for h, v := range p.hidden {
		if v > 0 {
			p.margin += v * l.out.v[h]
		}
	}
}

// spans calls visit for every window of n words.
func spans(n int, visit func(from, to int)) {
	for from := 0; from == 0 || from+gist.Block < n; from += gist.Block {
		visit(from, min(n, from+2*gist.Block))
	}
}

func (l *learner) best(classes []gist.Class) float32 {
	n := l.features(classes)
	best := float32(-1e9)
	var p pooled
	spans(n, func(from, to int) {
		l.window(from, to, &p)
		best = max(best, p.margin)
	})
	return best
}

// back adds the gradients of a window.
func (l *learner) back(classes []gist.Class, p *pooled, g float32) {
	l.b0.g[0] += g
	var dTop [nF]float32
	for h, v := range p.hidden {
		if v <= 0 {
			continue
		}
		l.out.g[h] += g * v
		dh := g * l.out.v[h]
		l.base.g[h] += dh
		for f, top := range p.top {
			if top > 0 {
				l.mix.g[f*nH+h] += dh * top
				dTop[f] += dh * l.mix.v[f*nH+h]
			}
		}
	}
	for f, df := range dTop {
		t := p.at[f]
		if t < 0 || df == 0 {
			continue
		}
		l.floor.g[f] += df
		for o := range nW {
			c := classes[t+o]
			if c == 0 {
				continue
			}
			e, de := l.says[int(c)*nD:][:nD], l.dSays[int(c)*nD:][:nD]
			for d := range nD {
				i := (o*nD+d)*nF + f
				l.look.g[i] += df * e[d]
				de[d] += df * l.look.v[i]
			}
		}
	}
}

func (l *learner) update(lr float32) {
	for _, c := range l.touched {
		de, own := l.dSays[int(c)*nD:][:nD], int(c)*nD
		for i, x := range l.means[c] {
			if x == 0 {
				continue
			}
			g := l.project.g[i*nD:][:nD]
			for d := range g {
				g[d] += x * de[d]
			}
		}
		zero := l.means[c] == vector{}
		for d := range de {
			l.own.g[own+d] = de[d]
			if !zero {
				l.own.g[own+d] += decay * l.own.v[own+d]
			}
			de[d] = 0
		}
		l.own.step(own, own+nD, lr)
	}
	l.touched = l.touched[:0]
	for _, a := range []*adam{l.project, l.look, l.floor, l.mix, l.base, l.out, l.b0} {
		a.step(0, len(a.v), lr)
	}
	l.now++
}

// learnNetwork trains on the windows of each text that look most like an attack.
func learnNetwork(means []vector, docs []doc) *learner {
	l := newLearner(means)
	l.now = 1
	order := l.random.Perm(len(docs))
	steps, total, done := 0, passes*len(docs)/batch/3+1, 0
	var p, best pooled
	var noisy []gist.Class
	for range passes {
		l.random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, k := range order {
			d := &docs[k]
			if d.rest > 0 {
				d.rest--
				continue
			}
			noisy = append(noisy[:0], d.classes...)
			for j := margin; j < len(noisy)-margin; j++ {
				if l.random.Float64() < swap {
					noisy[j] = unknownClass
				}
			}
			n := l.features(noisy)
			best.margin = -1e9
			spans(n, func(from, to int) {
				l.window(from, to, &p)
				if p.margin > best.margin {
					best = p
				}
			})
			g := float32(1 / (1 + math.Exp(-float64(best.margin))))
			if d.attack {
				g--
			}
			if g < bored && g > -bored {
				d.rest = 1 + l.random.IntN(3)
			}
			if g *= d.weight; g > 1e-4 || g < -1e-4 {
				l.back(noisy, &best, g)
			}
			if done++; done%batch == 0 {
				lr := rate * float32(1-float64(steps)/float64(total))
				l.update(max(lr, rate/50))
				steps++
			}
		}
	}
	l.update(rate / 50)
	return l
}

const unknownClass = gist.Class(1)

// export returns the weights.
func (l *learner) export() *gist.Weights {
	w := &gist.Weights{Classes: make([][nD]float32, len(l.means))}
	l.now++
	for c := range w.Classes {
		copy(w.Classes[c][:], l.of(gist.Class(c)))
	}
	for o := range nW {
		for d := range nD {
			copy(w.Look[o][d][:], l.look.v[(o*nD+d)*nF:][:nF])
		}
	}
	copy(w.Floor[:], l.floor.v)
	for f := range nF {
		copy(w.Mix[f][:], l.mix.v[f*nH:][:nH])
	}
	copy(w.Base[:], l.base.v)
	copy(w.Out[:], l.out.v)
	w.Bias = l.b0.v[0]
	return w
}

// meansOf returns the mean vectors of the words of each class.
func meansOf(v *vectors) []vector {
	means := make([]vector, gist.MaxClasses)
	for i, w := range v.words {
		t := gist.Token{Word: []byte(w)}
		if c := gist.Of(&t); c >= gist.FirstWord {
			by := float32(1)
			if i > commonest {
				by = 0.2
			}
			means[c].add(v.by[w], by)
		}
	}
	for c := range means {
		if means[c] != (vector{}) {
			means[c].normalise()
			means[c].scale(3)
		}
	}
	return means
}

// foreign reports whether most words of a text are not in the vocabulary.
func (d *doc) foreign() bool {
	words, known := 0, 0
	for _, c := range d.classes {
		switch {
		case c >= gist.FirstWord:
			known++
			words++
		case c == unknownClass || c == unknownClass+1 || c == 5:
			words++
		}
	}
	return words > 3 && known*2 < words
}
