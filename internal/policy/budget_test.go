package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/plane"
	"github.com/meshwarden/meshwarden/internal/policy"
)

// repeated writes n lines that format makes of their number.
func repeated(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format+"\n", i, i+1)
	}
	return b.String()
}

func nested(n int, open, inner, end string) string {
	return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
}

// Each refused module would have kept the compiler busy for seconds to centuries.
func TestModulesThatWouldTakeTooLongToCompileAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ source, want string }{
		"comprehensions in comprehensions": {"deny if count(x) > 1\n\nx := " + nested(100, "[y | y := ", "1", "]"), "a.rego:4:1: this would take too long to compile"},
		"every in every":                   {"deny if " + nested(40, "every x in [1] { x; ", "true", "}"), "nested 41 deep"},
		"a body whose order is to be found": {
			"deny if {\n" + repeated(450, "x%d = x%d + 1") + "x450 = 1\n}", "a.rego:2:1: this would take too long to compile: 451 expressions",
		},
		"rules that refer to each other": {"deny if r0(1)\n" + repeated(5000, "r%d(x) if r%d(x)") + "r5000(x) if x == 2", "5001 rules that refer to others"},
		"terms in terms":                 {"deny if x\n\nx := " + nested(5000, "[", "", "]"), "a.rego:4:1: terms are nested more than 200 deep"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := policy.CompileTenant("acme", []plane.Module{{Path: "a.rego", Source: "package tenant\n" + test.source + "\n"}})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v; want %s", err, test.want)
			}
		})
	}
}

func TestLargeModulesThatCompileFastAreTaken(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		"many rules":       repeated(4000, `deny contains "m%d" if input.request.path == "/p%d"`),
		"a large table":    "deny if x[input.request.path]\n\nx := {" + repeated(5000, `"k%d": {"a": [%d]},`) + `"z": 1}`,
		"a hundred checks": "deny if {\n" + repeated(100, `input.request.headers["h%d"] == "%d"`) + "}",
		"comprehensions":   "deny if count(x) > 1\n\nx := " + nested(6, "[y | y := ", "1", "]"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := policy.CompileTenant("acme", []plane.Module{{Path: "a.rego", Source: "package tenant\n" + source + "\n"}}); err != nil {
				t.Error(err)
			}
		})
	}
}
