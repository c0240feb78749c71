package extauthz

import "github.com/meshwarden/meshwarden/extauthz/internal/decision"

// Identify replaces who verifies credentials. Call it before Run.
func (s *Server) Identify(i decision.Identifier) { s.decider.Identity = i }
