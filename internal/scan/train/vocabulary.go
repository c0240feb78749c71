package main

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/meshwarden/meshwarden/internal/scan/gist"
)

const (
	// commonest is how many of the commonest words are in the vocabulary whatever is trained on, own how many of the commonest of attacks have a class of
	// their own: what little words do is not what their neighbours do.
	commonest = 20000
	own       = 600
	rounds    = 8
	// seldom is how often other words stand in what is trained on.
	seldom = 3
)

// classify makes a vocabulary: which words there are, and the class of each.
func classify(v *vectors, all []*source) (words []string, classes []gist.Class) {
	inAttacks, inAll := counts(all)
	words = slices.Clone(v.words[:min(commonest, len(v.words))])
	taken := make(map[string]bool)
	for _, w := range words {
		taken[w] = true
	}
	for _, w := range v.words[len(words):] {
		if inAll[w] >= seldom && !taken[w] && len(words) < gist.MaxWords-own {
			taken[w] = true
			words = append(words, w)
		}
	}
	// Words that have no vector: n't, and those that are younger than the vectors.
	for w, n := range inAttacks {
		if n >= seldom && !taken[w] && v.by[w] == nil && inAll[w] > 2*seldom {
			words = append(words, w)
		}
	}
	words = slices.DeleteFunc(words, func(w string) bool { return !plain(w) })
	// The commonest of attacks first.
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(cmp.Compare(inAttacks[b], inAttacks[a]), cmp.Compare(a, b)) })
	words = slices.DeleteFunc(words, func(w string) bool { return v.by[w] == nil && inAttacks[w] <= inAttacks[words[min(own, len(words))-1]] })
	classes = make([]gist.Class, len(words))
	for i := range min(own, len(words)) {
		classes[i] = gist.FirstWord + gist.Class(i)
	}
	rest := words[min(own, len(words)):]
	first := int(gist.FirstWord) + own
	for i, c := range cluster(v, rest, min(gist.MaxClasses-first, len(rest))) {
		classes[own+i] = gist.Class(first + c)
	}
	return words, classes
}

func plain(word string) bool {
	if word == "n't" {
		return true
	}
	for i := range len(word) {
		if word[i]-'a' >= 26 {
			return false
		}
	}
	return len(word) <= gist.MaxWord
}

// counts returns how often words stand in attacks and in all texts that are trained on.
func counts(all []*source) (inAttacks, inAll map[string]int) {
	inAttacks, inAll = make(map[string]int), make(map[string]int)
	var l gist.Lexer
	count := func(texts []string, attacks bool) {
		for _, text := range texts {
			l.Read([]byte(text))
			for t, ok := l.Next(); ok; t, ok = l.Next() {
				if len(t.Word) == 0 {
					continue
				}
				inAll[string(t.Word)]++
				if attacks {
					inAttacks[string(t.Word)]++
				}
			}
		}
	}
	for _, s := range all {
		if !s.measured {
			count(s.attacks, true)
			count(s.benign, false)
		}
	}
	return inAttacks, inAll
}

// cluster is k-means of directions: the number of the cluster of each word.
func cluster(v *vectors, words []string, k int) []int {
	random := rand.New(rand.NewPCG(5, 6))
	centres := make([]vector, k)
	for i, n := range random.Perm(len(words))[:k] {
		centres[i] = *v.by[words[n]]
	}
	of := make([]int, len(words))
	for range rounds {
		var done sync.WaitGroup
		for half := range 2 {
			done.Go(func() {
				for i := half; i < len(words); i += 2 {
					best := float32(-2)
					for c := range centres {
						if near := centres[c].dot(v.by[words[i]]); near > best {
							best, of[i] = near, c
						}
					}
				}
			})
		}
		done.Wait()
		centres = make([]vector, k)
		for i, c := range of {
			centres[c].add(v.by[words[i]], 1)
		}
		for c := range centres {
			centres[c].normalise()
		}
	}
	return of
}
