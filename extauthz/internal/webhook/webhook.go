// Package webhook verifies the signatures of webhooks: HMACs with a secret that the sender shares, over the body and
// what stands beside it. It knows neither tenants nor routes, and keeps nothing between two requests.
package webhook

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"strconv"
	"strings"
	"time"

	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// maxSignatures bounds the signatures that one request may carry: senders that rotate secrets send two.
const maxSignatures = 8

// Message is a signed request. Its strings may be parts of the request's memory.
type Message struct {
	Method, Scheme, Host, Target string
	// Body is whole: a part of it is nothing that a signature could be checked against.
	Body string
	// Header returns the value of a header by its lower-case name; repeated ones are joined by ", ".
	Header func(name string) string
}

// Proof is what a good signature proves.
type Proof struct {
	// Digest names the signed message, however its signature was written.
	Digest [sha256.Size]byte
	// Expires is when the signature stops being good; zero when nothing in it says so.
	Expires time.Time
}

// Verifier verifies the requests of one sender. It is safe for concurrent use.
type Verifier struct {
	scheme
	secrets   [][]byte
	tolerance time.Duration
	base      string
}

// scheme is how a vendor signs.
type scheme struct {
	header, timestampHeader string
	hash                    func() hash.Hash
	decode                  func(string) ([]byte, error)
	// read takes the signatures, as text, and the timestamp out of the headers; ok is false for what is malformed.
	read func(v *Verifier, m *Message, header string) (signatures []string, timestamp string, ok bool)
	// signed are the messages of which one must have been signed; none when nothing could have been.
	signed func(v *Verifier, m *Message, timestamp string) []string
}

// New compiles a sender that tenant.Webhook.Validate accepts, with its secrets inlined.
func New(w *tenant.Webhook) (*Verifier, error) {
	if problems := w.Validate(); len(problems) > 0 {
		return nil, fmt.Errorf("webhook %s: %s: %s", w.Name, problems[0].Path, problems[0].Reason)
	}
	if len(w.Secrets) == 0 {
		return nil, fmt.Errorf("webhook %s: has no secret", w.Name)
	}
	tolerance, err := time.ParseDuration(w.Tolerance)
	if err != nil {
		return nil, fmt.Errorf("webhook %s: tolerance: %w", w.Name, err)
	}
	v := &Verifier{tolerance: tolerance, base: w.BaseURL}
	for _, secret := range w.Secrets {
		v.secrets = append(v.secrets, []byte(secret))
	}
	switch w.Preset {
	case tenant.PresetGitHub:
		v.scheme = github
	case tenant.PresetSlack:
		v.scheme = slack
	case tenant.PresetStripe:
		v.scheme = stripe
	case tenant.PresetTwilio:
		v.scheme = twilio
	default:
		v.scheme, err = generic(w)
	}
	return v, err
}

// Carries reports whether a request claims to be signed; only then it needs to be verified. header is as that of a Message.
func (v *Verifier) Carries(header func(name string) string) bool { return header(v.header) != "" }

// Verify checks a request that claims to be signed. The reason is Allowed, CredentialInvalid, or CredentialExpired for a good
// signature of another time.
func (v *Verifier) Verify(m *Message, now time.Time) (Proof, reason.Reason) {
	texts, timestamp, ok := v.read(v, m, m.Header(v.header))
	if !ok || len(texts) == 0 || len(texts) > maxSignatures {
		return Proof{}, reason.CredentialInvalid
	}
	signatures := make([][]byte, 0, len(texts))
	for _, text := range texts {
		signature, err := v.decode(text)
		if err != nil {
			return Proof{}, reason.CredentialInvalid
		}
		signatures = append(signatures, signature)
	}
	for _, message := range v.signed(v, m, timestamp) {
		if v.good(message, signatures) {
			return v.proof(message, timestamp, now)
		}
	}
	return Proof{}, reason.CredentialInvalid
}

// good tries every secret with every signature: how long it takes says nothing about either.
func (v *Verifier) good(message string, signatures [][]byte) bool {
	found := false
	for _, secret := range v.secrets {
		mac := hmac.New(v.hash, secret)
		_, _ = mac.Write([]byte(message)) // hash.Hash: never an error
		sum := mac.Sum(nil)
		for _, signature := range signatures {
			found = hmac.Equal(sum, signature) || found
		}
	}
	return found
}

// proof looks at the time last: before the signature is known to be good, an old one is worth no other answer.
func (v *Verifier) proof(message, timestamp string, now time.Time) (Proof, reason.Reason) {
	p := Proof{Digest: sha256.Sum256([]byte(message))}
	if timestamp == "" {
		return p, reason.Allowed
	}
	at, ok := seconds(timestamp)
	if !ok {
		return Proof{}, reason.CredentialInvalid
	}
	if now.Sub(at).Abs() > v.tolerance {
		return Proof{}, reason.CredentialExpired
	}
	p.Expires = at.Add(v.tolerance)
	return p, reason.Allowed
}

// seconds reads a Unix time in its only spelling: digits, no sign, no zero in front.
func seconds(text string) (time.Time, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 || n > 1<<38 || strconv.FormatInt(n, 10) != text {
		return time.Time{}, false
	}
	return time.Unix(n, 0), true
}

var hashes = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}

// strictBase64 takes each signature in one spelling only, as hex needs no check for: the digest is what repeats are known by.
var strictBase64 = base64.StdEncoding.Strict()

func generic(w *tenant.Webhook) (scheme, error) {
	parts, err := tenant.PayloadParts(w.Payload)
	if err != nil {
		return scheme{}, fmt.Errorf("webhook %s: payload: %w", w.Name, err)
	}
	s := scheme{
		header: w.Header, timestampHeader: w.TimestampHeader, hash: hashes[w.Algorithm], decode: hex.DecodeString,
		read: prefixed(w.Prefix),
		signed: func(v *Verifier, m *Message, timestamp string) []string {
			return []string{render(parts, m, v.url(m), timestamp)}
		},
	}
	if w.Encoding == "base64" {
		s.decode = strictBase64.DecodeString
	}
	return s, nil
}

// prefixed reads one signature after a prefix, and the timestamp where the scheme has a header for it.
func prefixed(prefix string) func(*Verifier, *Message, string) ([]string, string, bool) {
	return func(v *Verifier, m *Message, header string) ([]string, string, bool) {
		signature, ok := strings.CutPrefix(header, prefix)
		if !ok || v.timestampHeader == "" {
			return []string{signature}, "", ok
		}
		timestamp := m.Header(v.timestampHeader)
		_, ok = seconds(timestamp)
		return []string{signature}, timestamp, ok
	}
}

func render(parts []string, m *Message, url, timestamp string) string {
	var b strings.Builder
	b.Grow(len(m.Body) + 64)
	for _, part := range parts {
		switch part {
		case "{body}":
			part = m.Body
		case "{timestamp}":
			part = timestamp
		case "{method}":
			part = m.Method
		case "{url}":
			part = url
		}
		b.WriteString(part)
	}
	return b.String()
}

// url is the address that the sender called. Without base_url the scheme is https: what stands before the gateway may have
// taken the TLS off.
func (v *Verifier) url(m *Message) string {
	base := v.base
	if base == "" {
		base = "https://" + m.Host
	}
	return base + m.Target
}
