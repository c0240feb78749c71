package scan

import (
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/digest"
)

// spot is what a value is written in, which decides what may be written instead.
type spot uint8

const (
	inText   spot = iota // plain text, or the inside of a JSON string
	inNumber             // a whole JSON number
	inForm               // a name or value of a form
)

// replacer writes what stands for found values.
type replacer struct {
	format RedactFormat
	reveal Reveal
	// keyed says that tokens can be made, with mac; without a key Tokenize redacts.
	keyed bool
	mac   digest.MAC
}

func (p *Policy) replacer() (r replacer) {
	r.format, r.reveal = p.Format, p.Reveal
	if r.keyed = len(p.TokenKey) > 0; r.keyed {
		r.mac = digest.NewMAC(p.TokenKey)
	}
	return r
}

// append writes to dst what an action that edits makes of a finding's bytes, as they stand in the body. What is no number
// any more, in the place of one, needs quotes around it: quoted says so.
func (r *replacer) append(dst, original []byte, f *Finding, action Action, at spot) (replaced []byte, quoted bool) {
	if action == Mask {
		return appendMasked(dst, original, f, r.reveal, at), false
	}
	var buf [2 * maxKeyBytes]byte
	text := buf[:0]
	switch {
	case action == Tokenize && r.keyed:
		text = r.appendToken(text, f, original)
	case r.format == FormatTag:
		text = appendTag(text, f.Type)
	case r.reveal == RevealNone:
		text = appendBare(text, f.Type)
	default:
		text = appendPartial(text, f, original)
	}
	if at == inForm {
		return appendFormEncoded(dst, text), false
	}
	return append(dst, text...), at == inNumber
}

func appendTag(dst []byte, findingType string) []byte {
	if findingType == "CARD" {
		return append(dst, "[CARD_NUMBER]"...)
	}
	return append(append(append(dst, '['), strings.ToUpper(findingType)...), ']')
}

// appendBare writes R-31's format for types of which nothing stays.
func appendBare(dst []byte, findingType string) []byte {
	return append(append(append(dst, "[REDACTED "...), strings.ToUpper(findingType)...), ']')
}

// appendPartial writes R-31's partial format. Only characters that mean nothing in JSON, HTML and shells are
// taken over from the value.
func appendPartial(dst []byte, f *Finding, encoded []byte) []byte {
	value := plain(encoded, f.View)
	switch f.Type {
	case "EMAIL":
		if local, domain, ok := strings.Cut(string(value), "@"); ok && local != "" && nameOnly(local[:1]) && nameOnly(domain) {
			dst = append(append(dst, '['), local[0])
			return append(append(append(dst, "*****@"...), domain...), ']')
		}
	case "CARD", "PHONE":
		if digits, ok := lastDigits(value); ok {
			dst = append(append(append(dst, "[REDACTED "...), f.Type...), " ENDING IN "...)
			return append(append(dst, digits[:]...), ']')
		}
	}
	return appendBare(dst, f.Type)
}
