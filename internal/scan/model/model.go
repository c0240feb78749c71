// Package model scores words in a sliding window with a linear model over hashed n-grams. It knows nothing
// of what the score is about, where words end, or how a model was trained.
package model

import (
	"errors"
	"math"

	"github.com/meshwarden/meshwarden/internal/scan/fields"
)

// A document is a header of printable ASCII and then one printable byte for each bucket, so that it can stand in
// source code and in JSON as it is. The header is the magic with the version of the format and of Features, the
// number of buckets, the checksum of all that follows it, scale, bias, and the margins of the curve, each as
// eight lower-case hexadecimal digits; reals are the bits of a float32.
const (
	magic      = "mwlinear1"
	headerSize = len(magic) + (4+Knots)*fields.Size
	// zero is the byte that stands for a weight of 0; others are one apart, from -MaxWeight to MaxWeight.
	zero = ' ' + MaxWeight
	// MaxWeight is the largest weight of a bucket: what one printable byte can say.
	MaxWeight = 47
	// MaxBuckets keeps a document within 64 KiB.
	MaxBuckets = 1<<16 - headerSize
)

// Knots is the number of margins at which a model says how sure it is; between them it interpolates.
const Knots = 4

// sure are the confidences at the margins of a model: up to the last margin one signal alone stays below what profiles act
// on. A text beyond it reads as no benign text of any unseen source did, and is as good as found.
var sure = [Knots]float32{0.15, 0.4, 0.6, 0.68}

const extreme = 0.85

// Model is an immutable set of weights, safe for concurrent use.
type Model struct {
	buckets string
	scale   float32
	bias    float32
	margins [Knots]float32
	// steep is the square of what a window's sum must be, for each root of its features, to reach the first margin; a
	// little less, for rounding. 0 when a window without known features reaches it.
	steep float32
}

// Parameters is what a document says beside its weights.
type Parameters struct {
	// Scale is the value of one unit of weight, Bias the margin of a text without known features.
	Scale, Bias float32
	// Margins rise; below the first the model says nothing.
	Margins [Knots]float32
}

var errDocument = errors.New("no linear model of this version")

// Parse reads a document made by Encode. The model keeps it.
func Parse(doc string) (*Model, error) {
	if len(doc) <= headerSize || doc[:len(magic)] != magic {
		return nil, errDocument
	}
	var head [4 + Knots]uint32
	for i := range head {
		v, ok := fields.Parse(doc[len(magic)+i*fields.Size:])
		if !ok {
			return nil, errDocument
		}
		head[i] = v
	}
	m := &Model{buckets: doc[headerSize:], scale: math.Float32frombits(head[2]), bias: math.Float32frombits(head[3])}
	if head[0] != uint32(len(m.buckets)) || len(m.buckets) > MaxBuckets || head[1] != fields.Checksum(doc[len(magic)+2*fields.Size:]) {
		return nil, errDocument
	}
	for i := range m.margins {
		m.margins[i] = math.Float32frombits(head[4+i])
		if i > 0 && !(m.margins[i] > m.margins[i-1]) {
			return nil, errDocument
		}
	}
	if above := (m.margins[0] - m.bias) / m.scale; m.scale > 0 && above > 0 {
		m.steep = above * above * 0.999
	}
	return m, nil
}

// Encode writes a document. Weights beyond MaxWeight are clamped.
func Encode(p Parameters, weights []int) []byte {
	doc := append([]byte(magic), make([]byte, headerSize-len(magic))...)
	for _, w := range weights {
		doc = append(doc, byte(zero+max(-MaxWeight, min(w, MaxWeight))))
	}
	put := func(i int, v uint32) { fields.Append(doc[:len(magic)+i*fields.Size], v) }
	put(0, uint32(len(weights)))
	put(2, math.Float32bits(p.Scale))
	put(3, math.Float32bits(p.Bias))
	for i, m := range p.Margins {
		put(4+i, math.Float32bits(m))
	}
	put(1, fields.Checksum(string(doc[len(magic)+2*fields.Size:])))
	return doc
}

// Confidence says how sure a margin makes: 0 below the first margin of the model, rising to 0.68, and 0.85 from the last one on.
func (m *Model) Confidence(margin float32) float32 {
	if margin < m.margins[0] {
		return 0
	}
	for i := 1; i < Knots; i++ {
		if from, to := m.margins[i-1], m.margins[i]; margin < to {
			return sure[i-1] + (sure[i]-sure[i-1])*(margin-from)/(to-from)
		}
	}
	return extreme
}

// Bucket is where the weight of a feature stands among n.
func Bucket(feature uint32, n int) int { return int(uint64(feature) * uint64(n) >> 32) }
