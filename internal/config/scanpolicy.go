package config

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// The words of a validated ScanPolicySpec in the scanner's types.
var (
	scanModes    = map[string]scan.Mode{"enforce": scan.Enforce, "shadow": scan.Shadow, "off": scan.Off}
	scanFormats  = map[string]scan.RedactFormat{"partial": scan.FormatPartial, "tag": scan.FormatTag}
	scanOversize = map[string]scan.Oversize{"block": scan.OversizeBlock, "pass": scan.OversizePass}
	scanActions  = map[string]scan.Action{"pass": scan.Pass, "log": scan.Log, "redact": scan.Redact, "block": scan.Block}
)

// newScanPolicy builds the document that the scanner reads and names it by its hash.
func newScanPolicy(name string, spec tenant.ScanPolicySpec) (*ScanPolicy, error) {
	policy := scan.Policy{Name: name, Profile: spec.Profile, Mode: scanModes[spec.Mode], Format: scanFormats[spec.RedactFormat]}
	policy.Request = scanDirection(spec.Request)
	policy.Response = scanDirection(spec.Response)
	document := policy.Document()
	// What the filter would refuse is refused here, where somebody sees it.
	if _, err := scan.ParsePolicy(document); err != nil {
		return nil, fmt.Errorf("the scanner refuses the policy: %w", err)
	}
	return &ScanPolicy{Spec: spec, ScanPolicy: contentAddressed(document)}, nil
}

func scanDirection(d tenant.ScanDirection) scan.DirectionPolicy {
	p := scan.DirectionPolicy{MaxBytes: d.MaxBytes, Oversize: scanOversize[d.Oversize], Default: scanActions[d.Actions["default"]], Actions: map[string]scan.Action{}}
	for finding, action := range d.Actions {
		if finding != "default" {
			p.Actions[finding] = scanActions[action]
		}
	}
	return p
}

func contentAddressed(document []byte) plane.ScanPolicy {
	sum := sha256.Sum256(document)
	return plane.ScanPolicy{Hash: hex.EncodeToString(sum[:]), Document: document}
}
