package policy_test

import (
	"fmt"
	"strings"
	"testing"
)

// doubled is a module that makes a value of the one before it, n times over.
func doubled(n int, first, step string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "s0 := %s\n\n", first)
	for i := range n {
		fmt.Fprintf(&b, "s%d := %s\n\n", i+1, strings.ReplaceAll(step, "OLD", fmt.Sprintf("s%d", i)))
	}
	return b.String() + fmt.Sprintf("deny if count(s%d) < 0", n)
}

func TestValuesThatDoubleAreRefusedBeforeTheyFillTheMemory(t *testing.T) {
	t.Parallel()
	const text = `"aaaaaaaaaaaaaaaa"`
	for name, source := range map[string]string{
		"concat":            doubled(40, text, `concat("", [OLD, OLD])`),
		"sprintf":           doubled(40, text, `sprintf("%s%s", [OLD, OLD])`),
		"json.marshal":      doubled(40, text, `json.marshal([OLD, OLD])`),
		"hex.encode":        doubled(40, text, `hex.encode(OLD)`),
		"base64.encode":     doubled(80, text, `base64.encode(OLD)`),
		"array.concat":      doubled(40, "[1, 2, 3, 4]", `array.concat(OLD, OLD)`),
		"a shared value":    doubled(40, "[1]", `[OLD, OLD]`) + "\n\ndeny if json.marshal(s40) == \"\"",
		"template string":   doubled(40, text, "$\"{OLD}{OLD}\""),
		"numbers.range":     `deny if count(numbers.range(1, 1000000000)) < 0`,
		"a range of steps":  `deny if count(numbers.range_step(1000000000, 1, 2)) < 0`,
		"a range that ends": `deny if count(numbers.range(1, 1e300)) < 0`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := compileTenant(t, module("tenant", source)).Narrow(t.Context(), viewer(t), admitted())
			if d.Allow || err == nil || !strings.Contains(err.Error(), "more than") {
				t.Errorf("allow %t, %v; want it refused for its size", d.Allow, err)
			}
		})
	}
}

func TestValuesOfOrdinarySizeAreNotRefused(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		"text":  `deny if count(concat(",", [sprintf("%d", [n]) | n := numbers.range(1, 5000)[_]])) < 0`,
		"steps": `deny if count(numbers.range_step(1, 100000, 5)) != 20000`,
		"json":  `deny if json.unmarshal(json.marshal(input.request)) != input.request`,
		"down":  `deny if count(numbers.range(10, 1)) != 10`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if d, err := compileTenant(t, module("tenant", source)).Narrow(t.Context(), viewer(t), admitted()); !d.Allow || err != nil {
				t.Errorf("%+v, %v", d, err)
			}
		})
	}
}
