// Package traversal finds path traversal and file inclusion in one decoded text. It reads the dots
// and slashes of a path in every spelling that servers have been known to accept. It knows nothing
// of bodies, views or policies.
package traversal

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// Confidences by what was found; the comment says why it is not higher or lower.
const (
	sure     = 0.97 // steps in disguise that lead to a known target
	known    = 0.93 // plain steps that lead to a known target
	forgery  = 0.9  // a disguise that no client produces
	deep     = 0.85 // plain steps, deeper than links go
	alone    = 0.82 // a value that is nothing but a known target, or nothing but steps
	shallow  = 0.45 // what relative links look like
	mention  = 0.4  // a known target inside prose or code
	deepFrom = 8    // steps; links of source trees go up to about six
)

// High, as scan.High.
const severity = 2

type finder struct {
	text  []byte
	dst   []match.Match
	tried int // where the last step that failed stopped reading
	// last is the unit that was read last, at lastAt-1: what is no step is asked what it is.
	last   spelling
	lastAt int
}

// margin is more than the bytes of the two units that a step needs before its slash.
const margin = 64

// Find appends the traversals in text to dst, with byte offsets into text. Its time is linear in
// len(text): a unit and a step look at a bounded number of bytes, and what was read as steps is not
// read again.
func Find(text []byte, dst []match.Match) []match.Match {
	found := FindTriggered(text, dst)
	if len(found) > len(dst) && !triggers.In(text) {
		return dst
	}
	return found
}

// FindTriggered is Find for a text with one of Triggers, and does not look for them.
func FindTriggered(text []byte, dst []match.Match) []match.Match {
	f := finder{text: text, dst: dst}
	f.hidden()
	f.standing()
	f.remote()
	f.shared()
	f.wrapped()
	f.stream()
	segment := true // a path segment may begin here
	for i := 0; i < len(text); {
		c := text[i]
		if mayStep[c] {
			if r := f.run(i); r.steps > 0 {
				i = f.steps(r)
				segment = true
				continue
			}
			if next := f.tried - margin; next > i {
				i = next // the dots up to there lead to no slash, wherever they are read from
				continue
			}
			if c == '%' && i+2 < len(text) && text[i+1] == '%' && text[i+2] == '%' {
				i++
				continue
			}
			if u := f.unit(i); u.n > 1 {
				i += u.n
				segment = u.unit == uSlash
				continue
			}
		}
		if segment && wordByte[c] {
			i = f.segment(i)
			segment = false
			continue
		}
		segment = !wordByte[c]
		i++
	}
	return f.dst
}

func (f *finder) add(start, end int, confidence float32, rule string) {
	f.dst = append(f.dst, match.Match{Start: start, End: end, Confidence: confidence, Severity: severity, Rule: rule})
}

// steps judges a run of parent steps and returns where reading goes on.
func (f *finder) steps(r run) int {
	if from, to, w, rule := f.weighed(r); w > 0 {
		f.add(from, to, w, rule)
	}
	return r.end
}

// weighed says what a run of parent steps is, from where to where; the confidence is 0 where it is nothing.
func (f *finder) weighed(r run) (from, to int, confidence float32, rule string) {
	t, nul, stop := f.targetAt(r.end, true)
	whole := r.start <= 1 && r.end == len(f.text)
	switch {
	case t > distant && r.level >= dressed:
		return r.start, stop, sure, "disguised_steps_to_target"
	case t > distant:
		return r.start, stop, known, "steps_to_target"
	case r.level == forged:
		return r.start, r.end, forgery, "forged_steps"
	case r.level == dressed && (r.steps >= 2 || nul):
		return r.start, r.end, deep, "disguised_steps"
	case nul:
		return r.start, stop, deep, "steps_with_nul"
	case r.steps >= deepFrom:
		return r.start, r.end, deep, "deep_steps"
	case f.device(r.end):
		return r.start, stop, deep, "steps_to_device"
	case f.named(r.start):
		return r.start, r.end, deep, "steps_in_file_name"
	case t == distant && r.steps >= distantFrom && r.start <= 1 && f.endsAt(stop):
		return r.start, stop, alone, "steps_to_root"
	case whole && r.steps >= 3:
		return r.start, r.end, alone, "only_steps"
	case f.rooted(r) && (r.steps >= 2 || r.level == dressed):
		return 0, r.end, deep, "rooted_steps"
	case f.padded(r.start):
		return r.start, r.end, deep, "padded_steps"
	case r.steps >= 2 && f.climbs(r):
		return 0, r.end, alone, "steps_above_start"
	case r.start == 0 && r.steps >= 2 && r.end+1 < len(f.text) && f.text[r.end] == '{' && (r.steps >= 4 || f.text[r.end+1]-'A' < 26):
		return r.start, r.end, alone, "steps_to_placeholder"
	case r.level == dressed || r.steps >= 3:
		return r.start, r.end, shallow, "steps"
	}
	return 0, 0, 0, ""
}

// device reports whether the name at i, with an ending or without, is that of a device on Windows: opening one hangs.
func (f *finder) device(i int) bool {
	j := i
	for j < len(f.text) && j < i+8 && isWord(f.text[j]) {
		j++
	}
	if j < len(f.text) && f.text[j] != '.' && !separator[f.text[j]] && f.text[j] != '\\' && f.text[j] != '/' {
		return false
	}
	return devices.Class(f.text[i:j]) != 0
}

var devices = lexicon.New(lexicon.Group{Class: 1, Words: "con nul aux prn com1 com2 com3 com4 lpt1 lpt2 lpt3 conin conout"})

// named reports whether the steps at i begin the name of a file in the header of a part: clients send names without directories.
func (f *finder) named(i int) bool {
	const name = "filename="
	if i > 0 && f.text[i-1] == '"' {
		i--
	}
	return i > len(name) && fold.HasPrefix(f.text[i-len(name):], name)
}

// rooted reports whether the steps climb from the root of a path that is the whole text: no link does.
func (f *finder) rooted(r run) bool {
	if r.start == 0 || r.start > 2 || f.text[0] != '/' && f.text[0] != '\\' || f.text[r.start-1] != '/' && f.text[r.start-1] != '\\' {
		return false
	}
	return f.endsAt(r.end)
}

// climbs reports whether the steps of a path that is the whole text lead out of where it begins: it goes into fewer
// directories before than it leaves. A link of a page would leave out both.
func (f *finder) climbs(r run) bool {
	names, i := 0, 0
	for r.start <= maxLead && i < r.start {
		from := i
		for i < r.start && wordByte[f.text[i]] {
			i++
		}
		if i > from {
			names++
		}
		if i < r.start && f.text[i] != '/' && f.text[i] != '\\' && f.text[i] != ':' {
			return false
		}
		i++
	}
	return names > 0 && names < r.steps && f.text[0] != '.' && f.endsAt(r.end)
}

// remote judges a text that is an address or a path with an ending that cuts off what an application adds to a name: a member
// of an archive, an empty query behind a text, an escaped NUL.
func (f *finder) remote() {
	if len(f.text) < 8 || len(f.text) > maxLead || !f.endsAt(0) {
		return
	}
	scheme := bytes.Index(f.text, []byte("://"))
	switch {
	case scheme == 3 && (fold.HasPrefix(f.text, "zip") || fold.HasPrefix(f.text, "rar")) && (bytes.IndexByte(f.text, '#') > 0 || bytes.Contains(f.text, []byte("%23"))):
		f.add(0, len(f.text), alone, "archive_member")
	case scheme > 0 && fold.HasPrefix(f.text[len(f.text)-5:], ".txt?"):
		f.add(0, len(f.text), alone, "remote_text")
	case f.disguisedAddress():
		f.add(0, len(f.text), deep, "disguised_address")
	case (scheme > 0 || f.text[0] == '/') && bytes.HasSuffix(f.text, []byte("%00")):
		f.add(0, len(f.text), alone, "nul_ending")
	}
}

// padding is how often one byte repeats before steps that are to be cut from a name of limited length.
const padding = 48

// padded reports whether what stands before i is one byte, repeated.
func (f *finder) padded(i int) bool {
	for i > 0 && (f.text[i-1] == '/' || f.text[i-1] == '\\') {
		i--
	}
	if i < padding || !isWord(f.text[i-1]) {
		return false
	}
	for k := i - padding; k < i; k++ {
		if f.text[k] != f.text[i-1] {
			return false
		}
	}
	return true
}

// segment reads the path segment at i, judges it as the beginning of a target, and returns its end.
func (f *finder) segment(i int) int {
	j := i
	for j < len(f.text) && wordByte[f.text[j]] {
		j++
	}
	if heads.Class(f.text[i:kept(f.text, i, j)]) == 0 {
		return j
	}
	t, nul, stop := f.targetAt(i, false)
	if t <= distant {
		return j
	}
	start := i
	for start > 0 && start > i-maxLead && !separator[f.text[start-1]] {
		start--
	}
	switch {
	case nul:
		f.add(start, stop, deep, "target_with_nul")
	case start == 0 && t == telling && f.endsAt(stop) && !f.local(i, j):
		f.add(start, stop, alone, "only_target")
	case t == telling && start > 0 && f.read(start) && f.endsAt(stop):
		f.add(start, stop, alone, "target_read")
	default:
		f.add(start, stop, mention, "target_mentioned")
	}
	return stop
}

// local reports whether the word from i to j is the scheme of a file that no attack is after: where packages were built.
func (f *finder) local(i, j int) bool {
	if j-i != len("file") || f.text[i]|0x20 != 'f' || f.text[i+1]|0x20 != 'i' || j == len(f.text) || f.text[j] != ':' {
		return false
	}
	k := j + 1
	for k < len(f.text) && (f.text[k] == '/' || f.text[k] == '\\') {
		k++
	}
	if fold.HasPrefix(f.text[k:], "localhost/") {
		k += len("localhost/")
	}
	t, nul, _ := f.targetAt(k, true)
	return t <= distant && !nul
}

// readers are commands that show a file.
var readers = lexicon.New(lexicon.Group{Class: 1, Words: "cat tac type more less head tail nl od xxd strings vi vim nano view base64 grep source include cp scp"})

// read reports whether what stands before the path at i is one of readers and nothing else.
func (f *finder) read(i int) bool {
	n := 0
	for n < i && isWord(f.text[n]) {
		n++
	}
	return n > 0 && readers.Class(f.text[:n]) != 0 && i == n+1 && f.text[n] <= ' '
}

// endsAt reports whether the path that was read to i goes on to the end of the text without a blank.
func (f *finder) endsAt(i int) bool {
	if len(f.text)-i > maxLead {
		return false
	}
	for ; i < len(f.text); i++ {
		if f.text[i] <= ' ' {
			return false
		}
	}
	return true
}

// hidden judges a text that is the path of a hidden file or directory at the root of a server. The one
// directory that servers publish is .well-known (RFC 8615).
func (f *finder) hidden() {
	if len(f.text) < 4 || f.text[0] != '/' || f.text[1] != '.' || !isWord(f.text[2]) || !f.endsAt(2) {
		return
	}
	const published = "well-known"
	if len(f.text) >= 2+len(published) && string(f.text[2:2+len(published)]) == published {
		return
	}
	f.add(0, len(f.text), alone, "hidden_file")
}

// manyHere is how many current directories in a row a path may have.
const manyHere = 8

// standing judges a text that begins with many current directories (./././): they pad a path or hide it from a
// filter.
func (f *finder) standing() {
	i, n := 0, 0
	for i < len(f.text) && (f.text[i] == '/' || f.text[i] == '\\') {
		i++
	}
	for i+1 < len(f.text) && f.text[i] == '.' && (f.text[i+1] == '/' || f.text[i+1] == '\\') {
		for i++; i < len(f.text) && (f.text[i] == '/' || f.text[i] == '\\'); i++ {
		}
		n++
	}
	if n >= manyHere {
		f.add(0, i, deep, "repeated_here")
	}
}
