// Package matchtest holds what every detector family must keep: its examples, its bounds, its triggers.
// Only tests import it; it knows nothing of any one family.
package matchtest

import (
	"bytes"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// Block is the confidence from which a match is an attack rather than a hint.
const Block = 0.8

// Family is a detector under test.
type Family struct {
	Find     func(text []byte, dst []match.Match) []match.Match
	Triggers []string
	// Attacks are found at Block or above by the rule named; Benign are not found at Block.
	Attacks []Attack
	Benign  []string
	// Worst are units that, repeated, are the most work for Find.
	Worst []string
}

// Attack is an example that a rule is there for.
type Attack struct {
	Rule, Text string
}

// Run checks the family as a whole.
func Run(t *testing.T, f Family) {
	t.Run("attacks are found by their rule", f.attacks)
	t.Run("benign texts are not found", f.benign)
	t.Run("what precedes in dst is kept", f.keeps)
	t.Run("steady state does not allocate", f.allocates)
	t.Run("time is linear in the text", f.Linear)
}

func (f Family) attacks(t *testing.T) {
	for _, a := range f.Attacks {
		best := strongest(f.Find([]byte(a.Text), nil))
		if best.Confidence < Block || best.Rule != a.Rule {
			t.Errorf("%q: %.2f by %q, want %q", a.Text, best.Confidence, best.Rule, a.Rule)
		}
	}
}

func (f Family) benign(t *testing.T) {
	for _, text := range f.Benign {
		if best := strongest(f.Find([]byte(text), nil)); best.Confidence >= Block {
			t.Errorf("%q: %.2f by %q at %q", text, best.Confidence, best.Rule, text[best.Start:best.End])
		}
	}
}

func (f Family) keeps(t *testing.T) {
	first := match.Match{Start: 1, End: 2, Rule: "before"}
	got := f.Find([]byte(f.Attacks[0].Text), []match.Match{first})
	if len(got) < 2 || got[0] != first {
		t.Errorf("Find over %q gave %v, want %v first and a match after it", f.Attacks[0].Text, got, first)
	}
}

func (f Family) allocates(t *testing.T) {
	var text []byte
	for _, a := range f.Attacks {
		text = append(append(text, a.Text...), '\n')
	}
	dst := f.Find(text, nil)
	for _, a := range f.Attacks {
		dst = append(dst, f.Find([]byte(a.Text), nil)...)
	}
	texts := [][]byte{text}
	for _, a := range f.Attacks {
		texts = append(texts, []byte(a.Text))
	}
	dst = make([]match.Match, 0, 4*len(dst)+64)
	if n := testing.AllocsPerRun(10, func() {
		for _, text := range texts {
			f.Find(text, dst[:0])
		}
	}); n != 0 {
		t.Errorf("Find allocates %v times", n)
	}
}

// Linear compares a text with one sixteen times as long. Quadratic work would take 256 times as long. Caches and the
// collector make anything slow at times but not always, so the fastest of many attempts counts.
func (f Family) Linear(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const short, factor, attempts = 16 << 10, 16, 50
	for _, unit := range f.Worst {
		small := []byte(strings.Repeat(unit, short/len(unit)+1))
		large := bytes.Repeat(small, factor)
		dst := make([]match.Match, 0, len(large))
		a, b := time.Hour, time.Hour
		for range attempts {
			a, b = min(a, f.took(t, small, dst)), min(b, f.took(t, large, dst))
			if b <= 4*factor*a {
				break
			}
		}
		if b > 4*factor*a {
			t.Errorf("%q repeated: %v for %d bytes, %v for %d", unit, a, len(small), b, len(large))
		}
	}
}

func (f Family) took(t *testing.T, text []byte, dst []match.Match) time.Duration {
	start := cpuTime(t)
	f.Find(text, dst[:0])
	return cpuTime(t) - start
}

func strongest(matches []match.Match) (best match.Match) {
	for _, m := range matches {
		if m.Confidence > best.Confidence {
			best = m
		}
	}
	return best
}

// Fuzz checks on any text that offsets and confidences are in range and that triggers hide nothing.
// words says that triggers of letters alone count only as words of their own.
func Fuzz(f *testing.F, fam Family, words bool) {
	for _, a := range fam.Attacks {
		f.Add([]byte(a.Text))
	}
	for _, text := range append(fam.Benign, fam.Worst...) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		matches := fam.Find(text, nil)
		for _, m := range matches {
			if m.Start < 0 || m.Start >= m.End || m.End > len(text) || m.Confidence <= 0 || m.Confidence > 1 || m.Rule == "" || m.Severity > 3 {
				t.Fatalf("%+v in a text of %d bytes", m, len(text))
			}
		}
		if len(matches) > 0 && !Triggered(text, fam.Triggers, words) {
			t.Fatalf("%+v without a trigger", matches)
		}
	})
}

// Triggered reports whether text, in ASCII lower case, contains a trigger.
func Triggered(text []byte, triggers []string, words bool) bool {
	low := string(asciiLower(text))
	for _, s := range triggers {
		for from := 0; ; {
			i := strings.Index(low[from:], s)
			if i < 0 {
				break
			}
			i += from
			if !words || !letters(s) || !letterAt(low, i-1) && !letterAt(low, i+len(s)) {
				return true
			}
			from = i + 1
		}
	}
	return false
}

func asciiLower(text []byte) []byte {
	low := bytes.Clone(text)
	for i, c := range low {
		if c >= 'A' && c <= 'Z' {
			low[i] = c + 0x20
		}
	}
	return low
}

func letters(s string) bool {
	for i := range len(s) {
		if !letterAt(s, i) {
			return false
		}
	}
	return true
}

func letterAt(s string, i int) bool {
	return i >= 0 && i < len(s) && (s[i] >= 'a' && s[i] <= 'z' || s[i] >= 'A' && s[i] <= 'Z')
}

// Bench measures Find over benign texts, joined to 64 KiB, and over each of the worst units.
func Bench(b *testing.B, fam Family) {
	benign := strings.Repeat(strings.Join(fam.Benign, "\n")+"\n", 64)
	run := func(name, text string) {
		b.Run(name, func(b *testing.B) {
			data := []byte(text[:min(len(text), 64<<10)])
			dst := make([]match.Match, 0, 1<<16)
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				dst = fam.Find(data, dst[:0])
			}
		})
	}
	run("benign", benign)
	for _, unit := range fam.Worst {
		run(unit, strings.Repeat(unit, 64<<10/len(unit)+1))
	}
}
