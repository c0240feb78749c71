package handoff

import (
	"strconv"
	"strings"
)

// Plugin is the configuration of the wasm plugin, written by the control plane and read by the filter. It
// is lines of "name value" because an encoding/json in the module would double its size and so Envoy's
// start-up time (RATIONALE.md).
type Plugin struct {
	// Cluster is the Envoy cluster that serves GET /scan-policies/<sha256>; empty means that only the
	// filter's built-in strict policy is used.
	Cluster string
	// Nonce makes two otherwise equal configurations differ: Envoy ignores bytes that it once refused.
	Nonce uint64
}

// String encodes p.
func (p Plugin) String() string {
	return "cluster " + field(p.Cluster) + "\nnonce " + strconv.FormatUint(p.Nonce, 10) + "\n"
}

// ParsePlugin decodes what Plugin.String wrote. Lines with other names are ignored, so that an older
// module accepts a newer configuration: a filter that refuses one poisons later listener updates.
func ParsePlugin(s string) Plugin {
	var p Plugin
	for line := range strings.Lines(s) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch name {
		case "cluster":
			if value != "-" {
				p.Cluster = value
			}
		case "nonce":
			p.Nonce, _ = strconv.ParseUint(value, 10, 64)
		}
	}
	return p
}
