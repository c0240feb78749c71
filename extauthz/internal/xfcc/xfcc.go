// Package xfcc reads X-Forwarded-Client-Cert headers by Envoy's grammar and finds the client behind proxies that are trusted
// . It does not know who trusts them, and verifies no certificate: the proxies did.
package xfcc

import (
	"errors"
	"slices"
	"strings"
)

// Bounds of a header; beyond them it is malformed. Envoy's own limit for all headers is 60 KiB by default, and a certificate
// (Cert, Chain) may stand in the header.
const (
	MaxBytes    = 32 << 10
	MaxElements = 8
	maxPairs    = 64
)

// ErrMalformed says that a header is not what proxies write.
var ErrMalformed = errors.New("malformed X-Forwarded-Client-Cert")

// Element is one hop: the certificate of the client that a proxy took the request from.
type Element struct {
	By, URI, DNS []string
	Subject      string
	// Hash is the SHA-256 of the certificate in hexadecimal.
	Hash string
}

// Parse reads a header, the oldest hop first. Keys are read in any case, as Envoy reads them; those that name nobody (Cert,
// Chain) are checked and passed over, and unknown ones are an error, because nobody knows what they would have said.
func Parse(header string) ([]Element, error) {
	if header == "" || len(header) > MaxBytes {
		return nil, ErrMalformed
	}
	var elements []Element
	for rest, more := header, true; more; {
		var text string
		if text, rest, more = cut(rest, ','); len(elements) == MaxElements {
			return nil, ErrMalformed
		}
		element, err := parseElement(strings.Trim(text, " "))
		if err != nil {
			return nil, err
		}
		elements = append(elements, element)
	}
	return elements, nil
}

// cut divides text at the first separator outside of quotes.
func cut(text string, separator byte) (before, after string, found bool) {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == separator && !quoted:
			return text[:i], text[i+1:], true
		}
	}
	return text, "", false
}

func parseElement(text string) (e Element, err error) {
	pairs := 0
	for rest, more := text, true; more; pairs++ {
		var pair string
		pair, rest, more = cut(rest, ';')
		name, raw, found := strings.Cut(pair, "=")
		value, ok := unquote(raw)
		if !found || !ok || pairs == maxPairs || !e.set(strings.ToLower(name), value) {
			return Element{}, ErrMalformed
		}
	}
	return e, nil
}

// set takes a pair; ok is false for an unknown key, and for one that must stand once and stands twice.
func (e *Element) set(name, value string) (ok bool) {
	single := func(field *string) bool {
		free := *field == ""
		*field = value
		return free && value != ""
	}
	switch name {
	case "by":
		e.By = append(e.By, value)
	case "uri":
		e.URI = append(e.URI, value)
	case "dns":
		e.DNS = append(e.DNS, value)
	case "hash":
		return single(&e.Hash)
	case "subject":
		// A certificate without a subject has Subject="".
		if value == "" {
			return e.Subject == ""
		}
		return single(&e.Subject)
	case "cert", "chain":
	default:
		return false
	}
	return true
}

// unquote reads a value: in quotes, where \" and \\ stand for themselves, or bare, without what would need quotes.
func unquote(raw string) (value string, ok bool) {
	if !strings.HasPrefix(raw, `"`) {
		return raw, !strings.ContainsAny(raw, `",;`) && clean(raw)
	}
	var b strings.Builder
	for i := 1; i < len(raw); i++ {
		switch c := raw[i]; c {
		case '"':
			return b.String(), i == len(raw)-1 && clean(b.String())
		case '\\':
			if i++; i == len(raw) {
				return "", false
			}
			b.WriteByte(raw[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", false
}

func clean(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// Principal is the name of the certificate's holder as Envoy would give it: its URI, or its first DNS name when it has none;
// empty when it has neither. Several URIs are nobody's: a SPIFFE certificate has one (X.509-SVID section 2).
func (e *Element) Principal() string {
	switch {
	case len(e.URI) == 1:
		return e.URI[0]
	case len(e.URI) == 0 && len(e.DNS) > 0:
		return e.DNS[0]
	}
	return ""
}

// Several reports whether the header's last element, which Envoy has written, is of a certificate that names others beside peer:
// of its URIs Envoy gives the first as the peer's.
func Several(peer, header string) bool {
	if strings.Count(header, "=") < 2 { // of one pair
		return false
	}
	elements, err := Parse(header)
	if err != nil {
		return false
	}
	e := &elements[len(elements)-1]
	return len(e.URI) > 1 && slices.Contains(e.URI, peer)
}

// Client is the principal that made a request which came from peer with the header. Envoy has added peer's own element at the
// end of the header. As long as the one who passed it on is trusted, the element before says who that had it from. What
// stands before somebody who is not trusted was written by him: that is an error, as is a trusted proxy that says nothing.
func Client(peer, header string, trusted []string) (principal string, err error) {
	if peer == "" || header == "" {
		if header != "" || slices.Contains(trusted, peer) {
			return "", ErrMalformed
		}
		return peer, nil
	}
	elements, err := Parse(header)
	if err != nil {
		return "", err
	}
	last := len(elements) - 1
	if elements[last].Principal() != peer {
		return "", ErrMalformed
	}
	for principal = peer; slices.Contains(trusted, principal); principal = elements[last].Principal() {
		if last--; last < 0 || elements[last].Principal() == "" {
			return "", ErrMalformed
		}
	}
	if last > 0 {
		return "", ErrMalformed
	}
	return principal, nil
}
