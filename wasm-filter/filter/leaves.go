package filter

import (
	"strings"

	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/scan"
)

// judgeHead looks for attacks in the path, the query, cookies and the referrer. Personal data there is not
// acted on: a URL cannot be redacted, and session ids look like card numbers.
func (s *Stream) judgeHead() {
	path, query, _ := strings.Cut(s.request.head.path, "?")
	for _, leaf := range [...]struct{ where, contentType, text string }{
		{"path", "text/plain", path},
		{"query", "application/x-www-form-urlencoded", query},
		{"cookie", "text/plain", s.request.head.cookie},
		{"referer", "text/plain", s.request.head.referer},
	} {
		if len(leaf.text) > 1 && s.judgeLeaf(leaf.where, leaf.contentType, leaf.text) {
			return
		}
	}
}

func (s *Stream) judgeLeaf(where, contentType, text string) (blocked bool) {
	scanner := s.vm.scanner()
	scanner.Reset(s.policy, scan.Request, contentType)
	s.vm.leaf = append(s.vm.leaf[:0], text...)
	scanner.Write(s.vm.leaf)
	result := scanner.Finish()
	// Not deferred: a scanner that panicked must not be used again. The result is valid until its next Reset.
	s.vm.release(scanner)
	if result.Oversize {
		s.uninspectable(&s.request, causeOversize)
		return s.replied
	}
	attacks := result.Findings[:0:0]
	intended := scan.Pass
	for _, f := range result.Findings {
		if isAttack(f.Type) {
			attacks = append(attacks, f)
			intended = max(intended, s.policy.Action(scan.Request, f.Type))
		}
	}
	if result.Dropped > 0 {
		intended = max(intended, result.Intended)
	} else if len(attacks) == 0 {
		return false
	}
	if intended.Edits() {
		intended = scan.Log
	}
	s.report(scan.Request, where, scan.Result{Verdict: intended, Intended: intended, Findings: attacks})
	if intended != scan.Block || s.policy.Mode != scan.Enforce {
		return false
	}
	s.refuse(&s.request, reason.ContentBlocked.Answer(), findingTypes(attacks, s.blocks(scan.Request)))
	return true
}

// isAttack reports whether a finding type is an attack's: those are in lower case (scan.AttackTypes).
func isAttack(kind string) bool { return kind != "" && kind[0] >= 'a' && kind[0] <= 'z' }
