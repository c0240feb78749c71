package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/meshwarden/meshwarden/internal/scan/model"
	"github.com/meshwarden/meshwarden/internal/scan/prompt"
)

// Settings of learn. Recall moves by a point or two when they are halved or doubled; they were chosen on folds, not on what is only
// measured.
const (
	buckets = 65000
	epochs  = 6
	step    = 0.3
	l1, l2  = 0.5, 1
	// attackShare is the weight of all attacks together, as a share of that of benign texts.
	attackShare = 0.1
)

// example is one window of a text: the buckets of its features.
type example struct {
	buckets []uint16
	attack  bool
	weight  float64
}

// windows cuts a text into the windows that a model.Window slides over, half a window apart.
func windows(text string) (out [][]uint16) {
	var words [][]uint16
	var w model.Words
	var features []uint32
	prompt.Words([]byte(text), func(word []byte, begins bool) {
		features = w.Append(features[:0], word, begins)
		of := make([]uint16, len(features))
		for i, f := range features {
			of[i] = uint16(model.Bucket(f, buckets))
		}
		words = append(words, of)
	})
	for _, size := range [...]int{model.Short, model.Long} {
		for from := 0; from < len(words); from += size / 2 {
			out = append(out, slices.Concat(words[from:min(len(words), from+size)]...))
			if from+size >= len(words) {
				break
			}
		}
		if len(words) <= model.Short {
			break
		}
	}
	return out
}

// linear is a model in training.
type linear struct {
	weights []float64
	bias    float64
}

func norm(features int) float64 { return math.Sqrt(float64(features + model.Damping)) }

func (l *linear) margin(buckets []uint16) float64 {
	sum := 0.0
	for _, b := range buckets {
		sum += l.weights[b]
	}
	return l.bias + sum/norm(len(buckets))
}

// ftrl is the state of follow-the-regularised-leader for one weight.
type ftrl struct{ z, n float64 }

// step takes a gradient and returns the new weight.
func (s *ftrl) step(weight, gradient, l1 float64) float64 {
	sigma := (math.Sqrt(s.n+gradient*gradient) - math.Sqrt(s.n)) / step
	s.z += gradient - sigma*weight
	s.n += gradient * gradient
	if math.Abs(s.z) <= l1 {
		return 0
	}
	return -(s.z - math.Copysign(l1, s.z)) / ((1+math.Sqrt(s.n))/step + l2)
}

// negligible is the gradient of an example that is right already.
const negligible = 1e-4

// learn is logistic regression by FTRL-proximal (McMahan et al., Ad Click Prediction, 2013): it leaves most buckets at zero, so that the
// few that matter are not drowned by what shares them. The same examples give the same model on one architecture.
func learn(examples []example) *linear {
	l := &linear{weights: make([]float64, buckets)}
	states := make([]ftrl, buckets)
	var bias ftrl
	random := rand.New(rand.NewPCG(1, 2))
	order := random.Perm(len(examples))
	for range epochs {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, k := range order {
			e := &examples[k]
			g := 1 / (1 + math.Exp(-l.margin(e.buckets)))
			if e.attack {
				g--
			}
			if g *= e.weight; math.Abs(g) < negligible {
				continue
			}
			share := g / norm(len(e.buckets))
			for _, b := range e.buckets {
				l.weights[b] = states[b].step(l.weights[b], share, l1)
			}
			l.bias = bias.step(l.bias, g, 0)
		}
	}
	return l
}

// quantise writes the model with the margins of its curve. A thousandth of the weights may be clamped: the rest
// is then finer.
func (l *linear) quantise(margins [model.Knots]float32) string {
	var sizes []float64
	for _, w := range l.weights {
		if w != 0 {
			sizes = append(sizes, math.Abs(w))
		}
	}
	slices.Sort(sizes)
	scale := sizes[len(sizes)*999/1000] / model.MaxWeight
	weights := make([]int, len(l.weights))
	for i, w := range l.weights {
		weights[i] = int(math.Round(w / scale))
	}
	return string(model.Encode(model.Parameters{Scale: float32(scale), Bias: float32(l.bias), Margins: margins}, weights))
}
