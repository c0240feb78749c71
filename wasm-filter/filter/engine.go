package filter

import "github.com/meshwarden/meshwarden/internal/scan"

// ScanEngine is internal/scan behind Engine. Its scanners share one workspace: a VM has one thread.
type ScanEngine struct{ work scan.Workspace }

// Strict returns the built-in strict policy.
func (*ScanEngine) Strict() *scan.Policy { return scan.Strict() }

// ParsePolicy compiles a policy document.
func (*ScanEngine) ParsePolicy(document []byte) (*scan.Policy, error) {
	return scan.ParsePolicy(document)
}

// Scannable reports whether bodies of that content type can be looked at.
func (*ScanEngine) Scannable(contentType string) bool { return scan.Scannable(contentType) }

// NewScanner makes a scanner, to be reused.
func (e *ScanEngine) NewScanner() Scanner {
	s := new(scan.Scanner)
	s.Share(&e.work)
	return s
}

// NewEvents makes a scanner of streams, to be reused.
func (e *ScanEngine) NewEvents() Events {
	s := new(scan.Stream)
	s.Share(&e.work)
	return s
}

// Redact appends the redacted body to dst.
func (*ScanEngine) Redact(p *scan.Policy, dst, body []byte, d scan.Direction, contentType string, findings []scan.Finding) []byte {
	return p.Redact(dst, body, d, contentType, findings)
}
