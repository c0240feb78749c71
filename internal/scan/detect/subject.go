package main

import (
	"slices"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// subject is the scanner under measurement, with everything looked for. A finding counts when it is reported, which is
// when it would be acted on: the profile's thresholds have been applied.
type subject struct {
	scanner  scan.Scanner
	policies map[string]*scan.Policy
}

func newSubject() *subject {
	s := &subject{policies: make(map[string]*scan.Policy)}
	for _, profile := range scan.Profiles() {
		side := scan.DirectionPolicy{MaxBytes: 64 << 20, Default: scan.Log}
		s.policies[profile] = &scan.Policy{Name: "detect", Profile: profile, Request: side, Response: side}
	}
	return s
}

// findings are valid until the next call.
func (s *subject) findings(profile, contentType string, body []byte) []scan.Finding {
	s.scanner.Reset(s.policies[profile], scan.Request, contentType)
	s.scanner.Write(body)
	return s.scanner.Finish().Findings
}

// types returns the names of what is found, each once.
func (s *subject) types(profile, contentType string, body []byte) (names []string) {
	for _, f := range s.findings(profile, contentType, body) {
		if !slices.Contains(names, f.Type) {
			names = append(names, f.Type)
		}
	}
	return names
}

var attackTypes = scan.AttackTypes()

func isAttack(name string) bool { return slices.Contains(attackTypes, name) }
