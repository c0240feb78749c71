package filter

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/wasm-filter/abi"
)

// judgeHead looks for attacks in the path, the parameters, the cookies and the other fields of a request's head.
// Personal data there is not acted on: a URL cannot be redacted, and session ids look like card numbers.
func (s *Stream) judgeHead() {
	lines := appendLines(s.vm.leaf[:0], s.vm.headers)
	s.vm.leaf = lines
	scanner := s.vm.scanner()
	result := scanner.Head(s.policy, lines)
	// Not deferred: a scanner that panicked must not be used again. The result is valid until its next use.
	s.vm.release(scanner)
	if result.Oversize {
		s.uninspectable(&s.request, causeOversize)
		return
	}
	if len(result.Findings) == 0 && result.Dropped == 0 {
		return
	}
	intended := result.Intended
	if intended.Edits() {
		intended = scan.Log
	}
	where := "head"
	if len(result.Findings) > 0 {
		where = whereInHead(lines, &result.Findings[0])
	}
	s.report(scan.Request, where, scan.Result{Verdict: intended, Intended: intended, Findings: result.Findings})
	if intended == scan.Block && s.policy.Mode == scan.Enforce {
		s.refuse(&s.request, reason.ContentBlocked.Answer(), findingTypes(result.Findings, s.blocks(scan.Request)))
	}
}

// appendLines writes fields as the engine reads them.
func appendLines(dst []byte, headers []abi.Header) []byte {
	for _, header := range headers {
		dst = append(append(dst, header[0]...), ':')
		dst = append(append(dst, header[1]...), '\n')
	}
	return dst
}

// whereInHead names the part of the head that a finding is in; of other fields than these the name is the client's choice.
func whereInHead(lines []byte, f *scan.Finding) string {
	line := lines[bytes.LastIndexByte(lines[:f.Start], '\n')+1:]
	for _, field := range [...]struct{ name, where string }{{"cookie:", "cookie"}, {"referer:", "referer"}} {
		if bytes.HasPrefix(line, []byte(field.name)) {
			return field.where
		}
	}
	const path = ":path:"
	switch {
	case !bytes.HasPrefix(line, []byte(path)):
		return "header"
	case bytes.IndexByte(lines[len(lines)-len(line):f.Start], '?') >= 0:
		return "query"
	}
	return "path"
}
