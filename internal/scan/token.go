package scan

import (
	"slices"
	"strings"
)

// Tokens stand for values so that equal values stay equal: within a tenant, whatever their formatting, and without the key
// nobody can tell from which value one is. What they look like, by type:
//
//	CARD     as many digits, in the value's groups. The first is 9, which no network issues, so that nothing takes it for a card.
//	PHONE    as many digits, in the value's groups
//	EMAIL    u4k8c2w7q1x9e@ and the value's domain, or tokens.invalid where nothing is to be revealed (RFC 2606)
//	others   TYPE_4k8c2w7q1x9e
const (
	tokenChars = 12 // of five bits: a million values have two with one token once in two million times
	// tokenRounds of a Feistel network make a permutation of the numbers with as many digits (NIST SP 800-38G has 8 in FF3-1,
	// with AES): no two values share a token.
	tokenRounds    = 8
	minTokenDigits = 6
	maxTokenDigits = 30 // each half fits a uint64
)

const tokenAlphabet = "0123456789abcdefghjkmnpqrstvwxyz" // without i, l, o and u

// ForTenant returns the policy as it is for one of the tenants that share it: its tokens are that tenant's alone.
func (p *Policy) ForTenant(name string) *Policy {
	if len(p.TokenKey) == 0 {
		return p
	}
	own := *p
	r := p.replacer()
	key := r.mac.Sum([]byte("tenant\x00" + name))
	own.TokenKey = key[:]
	return &own
}

func (r *replacer) appendToken(dst []byte, f *Finding, original []byte) []byte {
	value := plain(original, f.View)
	if value == nil {
		value = original
	}
	switch f.Type {
	case "CARD", "PHONE":
		if token := r.digitsToken(dst, f.Type, value); token != nil {
			return token
		}
	case "EMAIL":
		if _, domain, ok := strings.Cut(string(value), "@"); ok {
			domain = strings.ToLower(domain)
			if r.reveal == RevealNone || !nameOnly(domain) || len(domain) > maxKeyBytes {
				domain = "tokens.invalid"
			}
			dst = r.appendName(append(dst, 'u'), "EMAIL", []byte(strings.ToLower(string(value))))
			return append(append(dst, '@'), domain...)
		}
	}
	dst = append(append(dst, strings.ToUpper(f.Type)...), '_')
	return r.appendName(dst, f.Type, canonical(f.Type, value))
}

// appendName writes tokenChars that stand for a value of a type.
func (r *replacer) appendName(dst []byte, kind string, value []byte) []byte {
	sum := r.mac.Sum(slices.Concat([]byte(kind), []byte{0}, value))
	var bits uint64
	for _, b := range sum[:8] {
		bits = bits<<8 | uint64(b)
	}
	for i := range tokenChars {
		dst = append(dst, tokenAlphabet[bits>>(5*i)&31])
	}
	return dst
}

// canonical is what is the same in all formats of a value: its letters and digits without regard to case. In secrets and
// addresses of the web case and punctuation count.
func canonical(kind string, value []byte) []byte {
	switch kind {
	case "CRYPTO_WALLET", "JWT", "PRIVATE_KEY", "SECRET", "URL":
		return value
	}
	plain := make([]byte, 0, len(value))
	for _, c := range value {
		switch {
		case isLetter(c):
			plain = append(plain, c|0x20)
		case digit(c), c >= 0x80:
			plain = append(plain, c)
		}
	}
	return plain
}

// digitsToken appends a token with as many digits as value, in its groups; nil when there are too few or too many.
func (r *replacer) digitsToken(dst []byte, kind string, value []byte) []byte {
	var digits []byte
	for _, c := range value {
		if digit(c) {
			digits = append(digits, c-'0')
		}
	}
	if len(digits) < minTokenDigits || len(digits) > maxTokenDigits {
		return nil
	}
	if kind == "CARD" {
		// The check digit follows from the others.
		copy(digits[1:], r.permuted(kind, digits[:len(digits)-1]))
		digits[0] = 9
	} else {
		digits = r.permuted(kind, digits)
	}
	for _, c := range value {
		switch {
		case digit(c):
			dst = append(dst, '0'+digits[0])
			digits = digits[1:]
		case strings.IndexByte(" -.()+/", c) >= 0:
			dst = append(dst, c)
		}
	}
	return dst
}

// permuted returns other digits, as many: a Feistel network whose halves are decimal numbers.
func (r *replacer) permuted(kind string, digits []byte) []byte {
	half := len(digits) / 2
	sizes := [2]int{half, len(digits) - half}
	a, b := decimal(digits[:half]), decimal(digits[half:])
	input := append([]byte(kind), 0, byte(len(digits)), 0, 0, 0, 0, 0, 0, 0, 0, 0)
	for round := range tokenRounds {
		input[len(kind)+2] = byte(round)
		for i := range 8 {
			input[len(kind)+3+i] = byte(b >> (8 * i))
		}
		sum := r.mac.Sum(input)
		var add uint64
		for _, c := range sum[:8] {
			add = add<<8 | uint64(c)
		}
		modulus := powerOfTen(sizes[round%2])
		a, b = b, (a+add%modulus)%modulus
	}
	out := make([]byte, len(digits))
	for i := half - 1; i >= 0; i, a = i-1, a/10 {
		out[i] = byte(a % 10)
	}
	for i := len(digits) - 1; i >= half; i, b = i-1, b/10 {
		out[i] = byte(b % 10)
	}
	return out
}

func decimal(digits []byte) (n uint64) {
	for _, d := range digits {
		n = n*10 + uint64(d)
	}
	return n
}

func powerOfTen(n int) uint64 {
	power := uint64(1)
	for range n {
		power *= 10
	}
	return power
}
