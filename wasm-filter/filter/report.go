package filter

import (
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/wasm-filter/abi"
)

// report counts a verdict and its findings, and logs them with their types, never with what was found.
func (s *Stream) report(d scan.Direction, where string, result scan.Result) {
	s.vm.counters.bodies[d][s.policy.Mode][result.Intended].Add(1)
	s.reportFindings(d, where, result)
}

// reportFindings counts and logs findings.
func (s *Stream) reportFindings(d scan.Direction, where string, result scan.Result) {
	if len(result.Findings) == 0 {
		return
	}
	for i := range result.Findings {
		kind := result.Findings[i].Type
		s.vm.counters.finding(d, s.policy.Action(d, kind), kind)
	}
	abi.Log(abi.Info, strings.Join([]string{
		"meshwarden_scan",
		"verdict=" + verdicts[result.Intended],
		"mode=" + modes[s.policy.Mode],
		"direction=" + directions[d],
		"where=" + where,
		"types=" + strings.ReplaceAll(findingTypes(result.Findings, func(string) bool { return true }), " ", ""),
		"tenant=" + token(s.handoff.Tenant),
		"policy=" + short(s.handoff.ScanPolicy),
		"request_id=" + s.requestID(),
	}, " "))
}

// short is enough of a hash to recognise it.
func short(hash string) string {
	if !isHash(hash) {
		return "strict"
	}
	return hash[:12]
}
