package pii

import "github.com/meshwarden/meshwarden/internal/scan/match"

// Confidences of what a name or label announces: with a check digit, and without.
const (
	announcedStrict = 0.97
	announcedLoose  = 0.85
)

// maxKeyed is the longest value that a field name alone explains.
const maxKeyed = 255

// Keyed appends the whole value as what its field's name announces, and reports whether it did.
func (t *Text) Keyed(dst []Match) ([]Match, bool) {
	p := t.Key.phrase()
	if p < 0 || len(t.Bytes) > maxKeyed {
		return dst, false
	}
	start, end := 0, len(t.Bytes)
	for start < end && t.Bytes[start] <= ' ' {
		start++
	}
	for end > start && t.Bytes[end-1] <= ' ' {
		end--
	}
	if start == end {
		return dst, false
	}
	for ; p >= 0; p = phrases.next(p) {
		k := &kinds[phrases[p].kind-1]
		if t.Wants>>k.typ&1 == 0 {
			continue
		}
		if subtype, ok := t.whole(k, start, end); ok {
			return t.announcedAs(dst, k, subtype, start, end), true
		}
	}
	return dst, false
}

// whole reports whether the bytes from start to end are a value of a kind, and of which subtype.
func (t *Text) whole(k *kind, start, end int) (subtype string, ok bool) {
	switch k.form {
	case formCode:
		c := t.readCode(start)
		if c.groups == 0 || c.ends[c.groups-1] != end || c.n < int(k.min) || c.n > int(k.max) || !k.check(c.chars[:c.n]) {
			return "", false
		}
		return k.subtype, k.strict || !isCard(c.chars[:c.n])
	case formNational:
		c := t.readCode(start)
		if c.groups == 0 || c.ends[c.groups-1] != end || c.likeSSN() {
			return "", false
		}
		return anyNational(c.chars[:c.n])
	case formName:
		return "", t.nameField(start, end, k)
	case formAddress:
		return "", t.addressField(start, end)
	case formDate:
		return "", t.dateField(start, end)
	case formExpiry:
		return k.subtype, t.expiryAt(start) == end && end-start < len("12/2027 ") && (t.at(start+1) == '/' || t.at(start+2) == '/')
	case formIP:
		return "", t.ipAt(start, true) == end
	case formMAC:
		return "", t.macAt(start, true) == end
	case formTemplate:
		return "", t.template(start) == end && end-start >= int(k.min)
	}
	return "", false
}

// isCard reports whether a code is a payment card number, which is no account's.
func isCard(c []byte) bool {
	if len(c) < 13 || !digitsOnly(c) || !luhn(c) {
		return false
	}
	known, usual := issued(c)
	return known && usual
}

// anyNational reports whether a code passes the check of some state, and the subtype if it is one state alone.
func anyNational(c []byte) (subtype string, ok bool) {
	for i := range nationalKinds {
		k := &nationalKinds[i]
		if !k.strict || len(c) < int(k.min) || len(c) > int(k.max) || !k.check(c) {
			continue
		}
		if ok {
			return "", true
		}
		subtype, ok = k.subtype, true
	}
	return subtype, ok
}

// announcedAs appends what a name or label announced.
func (t *Text) announcedAs(dst []Match, k *kind, subtype string, start, end int) []Match {
	confidence, severity := float32(announcedLoose), match.High
	if k.strict {
		confidence = announcedStrict
	}
	switch k.typ {
	case Name, Postcode, IP, MAC, Address:
		severity = match.Medium
	}
	return t.foundAs(dst, k.typ, subtype, start, end, confidence, severity, "announced")
}

// template returns the end of a long word from start on that has digits, as biometric templates and their ids are written.
func (t *Text) template(start int) int {
	digits := false
	i := start
	for ; i < len(t.Bytes) && i-start < maxKeyed && (inClass('B', t.Bytes[i]) || t.Bytes[i] == '-' || t.Bytes[i] == '_' || t.Bytes[i] == '.' || t.Bytes[i] == ':'); i++ {
		digits = digits || isDigit(t.Bytes[i])
	}
	if !digits {
		return 0
	}
	return i
}
