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
		"copies of copies":  `deny if json.patch({"a": [1]}, [{"op": "copy", "from": "/a", "path": "/a/0"} | numbers.range(1, 1000)[_]]) == 1`,
		"a long product":    `deny if product(numbers.range(1, 5000)) < 0`,
		"each with each":    `deny if object.subset(numbers.range(1, 5000), numbers.range(2, 5000))`,
		// The engine is linear: what it must not do is a thousand steps at each of a million bytes.
		"repetitions":       `deny if regex.match("(((a{1,10}){1,10}){1,10})+b", concat("", ["aaaaaaaaaaaaaaaa" | numbers.range(1, 3000)[_]]))`,
		"repetitions, many": `deny if count(regex.find_n("(((a{1,10}){1,10}){1,10})*b", concat("", ["aaaaaaaaaaaaaaaa" | numbers.range(1, 3000)[_]]), -1)) < 0`,
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
		"patch": `deny if json.patch({"a": 1}, [{"op": "copy", "from": "/a", "path": "/b"}]) != {"a": 1, "b": 1}`,
		"match": `deny if not regex.match("^[a-z]{2,5}( [a-z]{2,5})*$", concat(" ", ["abcd" | numbers.range(1, 5000)[_]]))`,
		"long":  `deny if regex.match("(?i)password\\s*=\\s*[^ ]{3,12}", concat("", ["an ordinary text of a body, which is long. " | numbers.range(1, 6000)[_]]))`,
		"sub":   `deny if not object.subset(numbers.range(1, 500), numbers.range(2, 500))`,
		// What takes others time that grows with the square or worse, and RE2 does not (ReDoS).
		"nested": `deny if regex.match("^(a+)+$", concat("", array.concat(["a" | numbers.range(1, 5000)[_]], ["b"])))`,
		"choice": `deny if regex.match("^(a|a|aa)*$", concat("", array.concat(["a" | numbers.range(1, 5000)[_]], ["b"])))`,
		"down":   `deny if count(numbers.range(10, 1)) != 10`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if d, err := compileTenant(t, module("tenant", source)).Narrow(t.Context(), viewer(t), admitted()); !d.Allow || err != nil {
				t.Errorf("%+v, %v", d, err)
			}
		})
	}
}
