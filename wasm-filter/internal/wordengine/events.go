package wordengine

import (
	"github.com/meshwarden/meshwarden/internal/scan"
)

// holdBack is the length of the longest word.
const holdBack = len(Card)

type events struct {
	scanner
	ready scan.Result
	seen  int
}

func (e *events) Reset(p *scan.Policy, d scan.Direction, contentType string) {
	e.scanner.Reset(p, d, contentType)
	e.ready, e.seen = scan.Result{}, 0
}

func (e *events) Write(dst, chunk []byte) []byte {
	e.scanner.Write(chunk)
	e.seen += len(chunk)
	return e.release(dst, max(0, len(e.body)-holdBack))
}

func (e *events) Finish(dst []byte) []byte { return e.release(dst, len(e.body)) }

// release lets out the body up to n, or to the end of a word that n is in.
func (e *events) release(dst []byte, n int) []byte {
	if e.ready.Verdict == scan.Block {
		return dst
	}
	result := e.scanner.Finish()
	findings := result.Findings[:0]
	for _, f := range result.Findings {
		if f.Start < n {
			n = max(n, f.End)
			findings = append(findings, f)
		}
	}
	if result.Verdict == scan.Block {
		e.ready = result
		return dst
	}
	if len(findings) > 0 {
		e.ready.Findings = append(e.ready.Findings, findings...)
		e.ready.Intended = max(e.ready.Intended, result.Intended)
		e.ready.Verdict = max(e.ready.Verdict, result.Verdict)
	}
	dst = Engine{}.Redact(e.policy, dst, e.body[:n], e.direction, "", findings)
	e.body = append(e.body[:0], e.body[n:]...)
	return dst
}

func (e *events) Take() (scan.Result, scan.StreamStats) {
	result, stats := e.ready, scan.StreamStats{Scanned: e.seen}
	e.seen = 0
	if result.Verdict != scan.Block {
		e.ready = scan.Result{}
	}
	return result, stats
}

func (e *events) Held() int { return len(e.body) }
