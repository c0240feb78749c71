// Package wordengine is a scanner engine for tests: it finds fixed words, so that a test of the filter
// does not depend on what real detectors think, and it panics on one of them, which no real engine should.
// It knows nothing of formats and encodings.
package wordengine

import (
	"bytes"
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/wasm-filter/filter"
)

// Words that are found, and the one that makes Finish panic.
const (
	Attack = "ATTACK" // sqli
	Card   = "4111111111111111"
	Markup = "<b>"
	Panic  = "PANIC"
	// Fatal ends the VM, past what can be recovered from.
	Fatal = "FATAL"
	// Hungry asks for more memory than Envoy gives a VM.
	Hungry = "HUNGRY"
)

// tooMuch is Envoy's limit.
const tooMuch = 1 << 30

// MaxFindings are kept of one body; the real engine's bound is too high for a test.
const MaxFindings = 100

var words = []struct{ word, kind string }{{Attack, "sqli"}, {Card, "CARD"}}

// Engine implements filter.Engine.
type Engine struct{}

// Strict blocks attacks and redacts cards, as the real one does.
func (Engine) Strict() *scan.Policy { return scan.Strict() }

// ParsePolicy reads real documents.
func (Engine) ParsePolicy(document []byte) (*scan.Policy, error) { return scan.ParsePolicy(document) }

// Scannable is the real one's.
func (Engine) Scannable(contentType string) bool { return scan.Scannable(contentType) }

// NewScanner makes a scanner.
func (Engine) NewScanner() filter.Scanner { return new(scanner) }

// NewEvents makes a scanner of streams, which holds back as many bytes as the longest word has.
func (Engine) NewEvents() filter.Events { return new(events) }

// Redact replaces findings by [TYPE], in gRPC by as many stars, or the key of tokens, and takes Markup out where responses are to be sanitized.
func (Engine) Redact(p *scan.Policy, dst, body []byte, d scan.Direction, contentType string, findings []scan.Finding) []byte {
	at := 0
	for _, f := range findings {
		switch action := p.Action(d, f.Type); {
		case action == scan.Tokenize:
			dst = append(append(dst, body[at:f.Start]...), p.TokenKey...)
			at = f.End
		case action.Edits() && strings.HasPrefix(contentType, "application/grpc"):
			dst = append(append(dst, body[at:f.Start]...), strings.Repeat("*", f.End-f.Start)...)
			at = f.End
		case action.Edits():
			dst = append(append(dst, body[at:f.Start]...), "["+f.Type+"]"...)
			at = f.End
		}
	}
	dst = append(dst, body[at:]...)
	if d == scan.Response && p.Response.Sanitize != scan.SanitizeNone {
		dst = bytes.ReplaceAll(dst, []byte(Markup), nil)
	}
	return dst
}

type scanner struct {
	policy    *scan.Policy
	direction scan.Direction
	body      []byte
}

func (s *scanner) Reset(p *scan.Policy, d scan.Direction, _ string) {
	s.policy, s.direction, s.body = p, d, s.body[:0]
}

func (s *scanner) Head(p *scan.Policy, lines []byte) scan.Result {
	s.Reset(p, scan.Request, "")
	s.Write(lines)
	result := s.Finish()
	attacks := result.Findings[:0]
	for _, f := range result.Findings {
		if f.Type == "sqli" {
			attacks = append(attacks, f)
		}
	}
	result.Findings = attacks
	return result
}

func (s *scanner) Write(chunk []byte) { s.body = append(s.body, chunk...) }

func (s *scanner) Finish() scan.Result {
	if bytes.Contains(s.body, []byte(Panic)) {
		panic("a defect")
	}
	if bytes.Contains(s.body, []byte(Fatal)) {
		die()
	}
	if bytes.Contains(s.body, []byte(Hungry)) {
		s.body = make([]byte, tooMuch)
	}
	var result scan.Result
	for start := range s.body {
		for _, w := range words {
			if !bytes.HasPrefix(s.body[start:], []byte(w.word)) {
				continue
			}
			result.Intended = max(result.Intended, s.policy.Action(s.direction, w.kind))
			if len(result.Findings) == MaxFindings {
				result.Dropped++
				continue
			}
			result.Findings = append(result.Findings, scan.Finding{Type: w.kind, Start: start, End: start + len(w.word), Confidence: 1})
		}
	}
	result.Verdict = result.Intended
	if s.policy.Mode != scan.Enforce {
		result.Verdict = min(result.Verdict, scan.Log)
	}
	return result
}
