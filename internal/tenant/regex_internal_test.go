package tenant

import (
	"regexp/syntax"
	"testing"
)

// The sizes are what Envoy 1.40.0 printed for each expression with re2.max_program_size.error_level set to 0.
func TestTheProgramSizeIsEstimatedFromAboveAndClosely(t *testing.T) {
	t.Parallel()
	for expression, measured := range map[string]int{
		"a": 5, "abc": 7, "/a": 6, ".*": 6, "/.*": 7, "/api/[a-z]+": 11, "[a-z]": 5, "a|b": 5, "abc|def": 10,
		"a*": 5, "a+": 6, "a?": 5, "(ab)*": 8, "[^/]+": 7, "/users/[^/]+/posts/[0-9]+": 23, "a{10}": 14,
		"[a-z]{10}": 14, ".{10}": 24, ".": 6, "..": 8, `\w+`: 8, `\d{4}`: 8, `\pL`: 11, "(?i)abc": 7,
		"/v1/(foo|bar|baz)/.*": 20, "[^/]{20}": 44, `\PL`: 12, `\D`: 6, "(a|b|c|d)": 7, "a{0,5}": 14, "^/a$": 4,
		`\bfoo\b`: 9, "(?s).*": 6, "(?s).": 5, "[^a]": 6, "a{90}": 94, "a{95}": 99, "[^/]{50}": 104,
	} {
		tree, err := syntax.Parse(expression, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		if got := programSize(tree.Simplify()); got < measured || got > measured+2 {
			t.Errorf("%s: estimated %d, measured %d", expression, got, measured)
		}
	}
}
