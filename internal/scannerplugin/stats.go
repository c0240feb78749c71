package scannerplugin

import (
	metrics "github.com/envoyproxy/go-control-plane/envoy/config/metrics/v3"
)

// labels are the label names that the filter's counters carry, each followed by its value in the counter's
// name: meshwarden_scan_findings.direction.request.action.block.type.sqli.
var labels = []string{"direction", "verdict", "mode", "action", "type", "cause", "result"}

// StatsTags belong in stats_config.stats_tags of Envoy's bootstrap: they turn the parts of the filter's
// counter names into labels. Without them the counters work but carry everything in their name.
func StatsTags() []*metrics.TagSpecifier {
	tags := make([]*metrics.TagSpecifier, 0, len(labels))
	for _, label := range labels {
		tags = append(tags, &metrics.TagSpecifier{
			TagName: label,
			// The first group is cut out of the name, the second is the value.
			TagValue: &metrics.TagSpecifier_Regex{Regex: `^wasmcustom\.meshwarden_scan_\w+(?:\.\w+)*?(\.` + label + `\.(\w+))`},
		})
	}
	return tags
}
