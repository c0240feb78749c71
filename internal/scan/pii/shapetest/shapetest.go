// Package shapetest makes values that have a shape of package pii, for tests and for the catalogue of detectors. It knows
// how shapes are written, and nothing of what finds them.
package shapetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Value is a text of a shape in its parts.
type Value struct {
	Text  string
	Parts []Part
}

// Part is what a literal or a class of a shape made: Text[Start:End].
type Part struct {
	Start, End int
	// Class is the letter of the class, 0 for a literal.
	Class byte
	// Exact says that the part has one length only.
	Exact bool
}

const alnum = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

var classes = map[byte]string{
	'd': alnum[:10], 'x': alnum[:16], 'l': alnum[:36], 'U': alnum[:10] + alnum[36:], 'a': alnum, 'w': alnum + "_",
	'u': alnum + "_-", 'v': alnum + "_-.", 'c': alnum + "_-=", 'b': alnum + "+/", 'B': alnum + "+/",
}

// Make makes a random value of a shape. What a class makes begins and ends with a letter or digit.
func Make(random *rand.Rand, shape string) (v Value) {
	var b strings.Builder
	for shape != "" {
		start := b.Len()
		if shape[0] != '<' {
			end := strings.IndexByte(shape+"<", '<')
			b.WriteString(shape[:end])
			v.Parts = append(v.Parts, Part{start, b.Len(), 0, true})
			shape = shape[end:]
			continue
		}
		item, rest, _ := strings.Cut(shape[1:], ">")
		shape = rest
		exact := writeItem(&b, random, item)
		v.Parts = append(v.Parts, Part{start, b.Len(), item[0], exact})
	}
	v.Text = b.String()
	return v
}

// writeItem writes what the class of an item (a20, u40+, d8-14, g) makes.
func writeItem(b *strings.Builder, random *rand.Rand, item string) (exact bool) {
	if item == "g" {
		fmt.Fprintf(b, "%08x-%04x-4%03x-a%03x-%012x", random.Uint32(), random.IntN(1<<16), random.IntN(1<<12), random.IntN(1<<12), random.Int64N(1<<48))
		return true
	}
	var least, most int
	switch n, _ := fmt.Sscanf(item[1:], "%d-%d", &least, &most); {
	case strings.HasSuffix(item, "+"):
		most = least + 40
	case n == 1:
		most = least
	}
	set := classes[item[0]]
	for i, n := 0, least+random.IntN(most-least+1); i < n; i++ {
		c := set[random.IntN(len(set))]
		for (i == 0 || i == n-1) && strings.IndexByte(alnum, c) < 0 {
			c = set[random.IntN(len(set))]
		}
		b.WriteByte(c)
	}
	return least == most
}
