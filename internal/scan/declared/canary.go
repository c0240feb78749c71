package declared

import "slices"

// A canary is compared by its letters and digits alone, without regard to ASCII case, so that white space, punctuation or
// markup between them hides nothing. Bytes of other alphabets count as letters. Beside the canary itself its usual disguises
// are looked for: backwards, hexadecimal, and base64 wherever in a longer text it begins.

// anchorBytes of a pattern are looked for in one step.
const anchorBytes = 8

type pattern struct {
	anchor uint64 // the first anchorBytes, the first one highest
	rest   string
	rule   string
}

type canaries struct {
	list    []pattern // by anchor
	anchors []uint64  // of list
	bits    bitmap
}

// canaryByte has the bytes that count, in lower case, and 0 for others.
var canaryByte = func() (t [256]byte) {
	t = lower
	for i := 0x80; i < len(t); i++ {
		t[i] = byte(i)
	}
	return t
}()

// CheckCanary says why a canary cannot be declared.
func CheckCanary(text string) error {
	squeezed := squeezeCanary(text)
	var seen [256]bool
	distinct := 0
	for _, c := range squeezed {
		if !seen[c] {
			seen[c] = true
			distinct++
		}
	}
	switch {
	case len(text) > MaxCanaryBytes:
		return ErrCanaryLength
	case len(squeezed) < MinCanaryCharacters, distinct < minDistinct:
		return ErrCanaryShort
	}
	return nil
}

func squeezeCanary(text string) (squeezed []byte) {
	for i := range len(text) {
		if c := canaryByte[text[i]]; c != 0 {
			squeezed = append(squeezed, c)
		}
	}
	return squeezed
}

func (cs *canaries) add(text string) error {
	if err := CheckCanary(text); err != nil {
		return err
	}
	plain := squeezeCanary(text)
	cs.pattern(plain, "canary")
	slices.Reverse(plain)
	cs.pattern(plain, "canary_reversed")
	cs.pattern(squeezeCanary(hexadecimal(text)), "canary_hex")
	for offset := range 3 {
		cs.pattern(squeezeCanary(base64Inside(text, offset)), "canary_base64")
	}
	return nil
}

// pattern adds a pattern unless it is too short to be told from chance.
func (cs *canaries) pattern(squeezed []byte, rule string) {
	if len(squeezed) < anchorBytes {
		return
	}
	var anchor uint64
	for _, c := range squeezed[:anchorBytes] {
		anchor = anchor<<8 | uint64(c)
	}
	cs.list = append(cs.list, pattern{anchor, string(squeezed[anchorBytes:]), rule})
	for i := len(cs.list) - 1; i > 0 && cs.list[i-1].anchor > anchor; i-- {
		cs.list[i-1], cs.list[i] = cs.list[i], cs.list[i-1]
	}
}

func (cs *canaries) compile() {
	cs.bits = newBitmap(len(cs.list))
	cs.anchors = make([]uint64, len(cs.list))
	for i := range cs.list {
		cs.anchors[i] = cs.list[i].anchor
		cs.bits.put(cs.list[i].anchor)
	}
}

// find appends canaries to dst; with may it stops at the first.
func (cs *canaries) find(text []byte, dst []Match, may bool) []Match {
	var last uint64 // the last anchorBytes that count
	gap := 0
	for i := 0; i < len(text); i++ {
		c := canaryByte[text[i]]
		if c == 0 {
			if gap++; gap > maxGap {
				last = 0
			}
			continue
		}
		gap = 0
		last = last<<8 | uint64(c)
		if !cs.bits.has(last) {
			continue
		}
		if dst = cs.at(text, last, i, dst); may && len(dst) > 0 {
			return dst
		}
	}
	return dst
}

// at appends the canaries whose anchor ends at i.
func (cs *canaries) at(text []byte, anchor uint64, i int, dst []Match) []Match {
	n, _ := slices.BinarySearch(cs.anchors, anchor)
	for ; n < len(cs.list) && cs.list[n].anchor == anchor; n++ {
		if end, ok := continues(text, i+1, cs.list[n].rest); ok {
			dst = append(dst, found(Canary, anchorStart(text, i), end, cs.list[n].rule))
		}
	}
	return dst
}

// maxGap bounds the bytes between two letters of a canary, so that comparing one takes bounded time.
const maxGap = 64

// continues reports whether the bytes that count from i on begin with rest, and where that ends.
func continues(text []byte, i int, rest string) (end int, ok bool) {
	for k, gap := 0, 0; k < len(rest); i++ {
		if i == len(text) || gap > maxGap {
			return 0, false
		}
		c := canaryByte[text[i]]
		if c == 0 {
			gap++
			continue
		}
		if c != rest[k] {
			return 0, false
		}
		k, gap = k+1, 0
	}
	return i, true
}

// anchorStart is where the anchor begins whose last byte is at i.
func anchorStart(text []byte, i int) int {
	for n := 1; n < anchorBytes; {
		i--
		if canaryByte[text[i]] != 0 {
			n++
		}
	}
	return i
}

func hexadecimal(text string) string {
	const digits = "0123456789abcdef"
	var out []byte
	for i := range len(text) {
		out = append(out, digits[text[i]>>4], digits[text[i]&15])
	}
	return string(out)
}

// base64Inside is what the base64 of a longer text says of text alone, when text begins so many bytes behind a group of
// three (RFC 4648): the characters at both ends that its neighbours share are left out.
func base64Inside(text string, offset int) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	var out []byte
	held, bits := uint32(0), 8*offset%6
	for i := range len(text) {
		held = held<<8 | uint32(text[i])
		for bits += 8; bits >= 6; {
			bits -= 6
			out = append(out, alphabet[held>>bits&63])
		}
	}
	return string(out[min(offset, 1):])
}
