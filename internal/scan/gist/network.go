// Package gist says how much what a text is about is like what a network has learned, from classes of words with similar meanings:
// words that it was never shown are understood by their neighbours. It knows nothing of what it is asked for, of rules or of roles.
package gist

import "math"

// Sizes of the network. Each class says Dims numbers; a feature looks at Width words in a row, and of each feature only its highest value
// in a window counts. Hidden units put them together.
const (
	Dims     = 16
	Width    = 4
	Features = 32
	Hidden   = 12
	// Block is how many words are judged together with as many before and behind them.
	Block = 20
	// Before is how many words before its own place a feature looks at.
	Before = Width / 2
)

// Weights are those of a network, as they are trained.
type Weights struct {
	// Classes are what each class says; the first one, none, nothing.
	Classes [][Dims]float32
	Look    [Width][Dims][Features]float32
	Floor   [Features]float32 // is added to each feature
	Mix     [Features][Hidden]float32
	Base    [Hidden]float32
	Out     [Hidden]float32
	Bias    float32
	// Margins are those at which the network is so sure.
	Margins [Knots]float32
}

// Knots is the number of margins at which a network says how sure it is; between them it interpolates.
const Knots = 4

// sure are the confidences at the margins: what a text means is never proof, so that alone it counts where models read and not where
// programs do (0.78 and 0.80 are asked for).
var sure = [Knots]float32{0.3, 0.55, 0.72, 0.79}

// Network is immutable and safe for concurrent use.
type Network struct {
	// looks is what each class adds to each feature, by its place among the words that the feature looks at, in units.
	looks [][Width][Features]int16
	floor [Features]int16
	unit  float32
	w     Weights
}

// New makes a network of weights, which it keeps.
func New(w *Weights) *Network {
	n := &Network{w: *w, looks: make([][Width][Features]int16, len(w.Classes))}
	sums := make([][Width][Features]float32, len(w.Classes))
	most := float32(1e-6)
	for c := range w.Classes {
		for o := range Width {
			row := &sums[c][o]
			for d, v := range w.Classes[c] {
				for f, by := range w.Look[o][d] {
					row[f] += v * by
				}
			}
			for _, v := range row {
				most = max(most, v, -v)
			}
		}
	}
	for _, v := range w.Floor {
		most = max(most, v, -v)
	}
	n.unit = most * (Width + 1) / math.MaxInt16
	for c := range sums {
		for o := range Width {
			for f, v := range sums[c][o] {
				n.looks[c][o][f] = int16(v / n.unit)
			}
		}
	}
	for f, v := range w.Floor {
		n.floor[f] = int16(v / n.unit)
	}
	return n
}

// Confidence says how sure a margin makes: 0 below the first margin, and no surer than at the last one.
func (n *Network) Confidence(margin float32) float32 {
	margins := &n.w.Margins
	if !(margin >= margins[0]) {
		return 0
	}
	for i := 1; i < Knots; i++ {
		if from, to := margins[i-1], margins[i]; margin < to {
			return sure[i-1] + (sure[i]-sure[i-1])*(margin-from)/(to-from)
		}
	}
	return sure[Knots-1]
}
