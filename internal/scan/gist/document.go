package gist

import (
	"errors"
	"math"
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/fields"
)

// A document is printable ASCII, so that it can stand in source code and in JSON as it is: the magic with the version of the format and of
// the network's shape, the checksum of all that follows it, and the checksum of the vocabulary whose classes it is of, each as eight
// lower-case hexadecimal digits; then parts, each its scale, the bits of a float32 in as many digits, and its numbers in units of it. A number is two bytes, of
// classes one, of which there are many.
const (
	magic = "mwgist1"
	// zero stands for 0 in a byte, and others are one apart up to fine on both sides.
	zero = ' ' + fine
	fine = 47
	base = 2*fine + 1
	wide = base*base/2 - fine // of two bytes
)

var errDocument = errors.New("no network of this version and vocabulary")

// parts calls visit for every part of a document, in their order, with the bytes of a number.
func (w *Weights) parts(visit func(numbers []float32, width int)) {
	flat := make([]float32, len(w.Classes))
	for d := range Dims {
		for c := range w.Classes {
			flat[c] = w.Classes[c][d]
		}
		visit(flat, 1)
		for c := range w.Classes {
			w.Classes[c][d] = flat[c]
		}
	}
	for o := range Width {
		for d := range Dims {
			visit(w.Look[o][d][:], 2)
		}
	}
	visit(w.Floor[:], 2)
	for f := range Features {
		visit(w.Mix[f][:], 2)
	}
	visit(w.Base[:], 2)
	visit(w.Out[:], 2)
	bias := [1]float32{w.Bias}
	visit(bias[:], 2)
	w.Bias = bias[0]
	visit(w.Margins[:], 2)
}

// Encode writes a document of weights of MaxClasses classes.
func Encode(w *Weights) string {
	var body []byte
	w.parts(func(numbers []float32, width int) {
		most := float32(1e-9)
		for _, v := range numbers {
			most = max(most, v, -v)
		}
		unit := most / fine
		if width == 2 {
			unit = most / wide
		}
		body = fields.Append(body, math.Float32bits(unit))
		for _, v := range numbers {
			i := int(math.Round(float64(v / unit)))
			if width == 2 {
				i += base * base / 2
				body = append(body, byte(' '+i/base), byte(' '+i%base))
			} else {
				body = append(body, byte(zero+i))
			}
		}
	})
	body = append(fields.Append(nil, fields.Checksum(vocabulary)), body...)
	return string(append(fields.Append([]byte(magic), fields.Checksum(string(body))), body...))
}

// IsDocument reports whether a document says that it is of a network, of whatever version.
func IsDocument(doc string) bool { return strings.HasPrefix(doc, magic[:len("mwgist")]) }

// Parse reads a document made by Encode.
func Parse(doc string) (*Network, error) {
	const head = len(magic) + 2*fields.Size
	if len(doc) < head || doc[:len(magic)] != magic {
		return nil, errDocument
	}
	sum, ok := fields.Parse(doc[len(magic):])
	of, okay := fields.Parse(doc[len(magic)+fields.Size:])
	if !ok || !okay || sum != fields.Checksum(doc[len(magic)+fields.Size:]) || of != fields.Checksum(vocabulary) {
		return nil, errDocument
	}
	w := &Weights{Classes: make([][Dims]float32, MaxClasses)}
	rest, whole := doc[head:], true
	w.parts(func(numbers []float32, width int) {
		bits, ok := fields.Parse(rest)
		if whole = whole && ok && len(rest) >= fields.Size+width*len(numbers); !whole {
			return
		}
		unit := math.Float32frombits(bits)
		rest = rest[fields.Size:]
		for i := range numbers {
			v := int(rest[i*width]) - zero
			if width == 2 {
				v = (int(rest[i*2])-' ')*base + int(rest[i*2+1]) - ' ' - base*base/2
			}
			numbers[i] = float32(v) * unit
		}
		rest = rest[width*len(numbers):]
	})
	if !whole || rest != "" {
		return nil, errDocument
	}
	return New(w), nil
}
