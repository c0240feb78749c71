package extauthz

import "github.com/meshwarden/meshwarden/extauthz/internal/decision"

// Identify replaces who verifies credentials. Call it before Run.
func (s *Server) Identify(i decision.Identifier) { s.decider.Identity = i }

// AdminRoutes are the patterns that are mounted on the admin API.
func (s *Server) AdminRoutes() []string { return s.adminAPI.Patterns() }
