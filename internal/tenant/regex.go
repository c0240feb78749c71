package tenant

import (
	"fmt"
	"regexp/syntax"
	"strconv"
	"strings"
)

// maxProgram is Envoy's default of re2.max_program_size.error_level: a larger program is refused, and with it
// the whole route configuration.
const maxProgram = 100

// badRegex says why Envoy would refuse a path's regular expression, or why it could never match, or "".
// Envoy compiles with RE2 in Latin-1 mode and matches the whole path, which is ASCII.
func badRegex(expression string) string {
	if len(expression) > maxPath {
		return fmt.Sprintf("has %d bytes; at most %d are allowed", len(expression), maxPath)
	}
	if strings.ContainsFunc(expression, func(r rune) bool { return r < ' ' || r >= 0x7f }) {
		return "must be printable ASCII, as paths are; match the escaped form, such as %C3%A9"
	}
	tree, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return "RE2 refuses it: " + strings.TrimPrefix(err.Error(), "error parsing regexp: ")
	}
	if escape := wideEscape(expression); escape != "" {
		return "RE2 refuses it: " + escape + " is not a byte"
	}
	if size := programSize(tree.Simplify()); size > maxProgram {
		return fmt.Sprintf("compiles to a program of about %d instructions; Envoy takes at most %d", size, maxProgram)
	}
	return ""
}

// wideEscape finds an escape for a character beyond Latin-1.
func wideEscape(expression string) string {
	for rest := expression; ; {
		at := strings.Index(rest, `\`)
		if at < 0 || at+1 >= len(rest) {
			return ""
		}
		rest = rest[at:]
		if digits, ok := strings.CutPrefix(rest, `\x{`); ok {
			digits, _, _ = strings.Cut(digits, "}")
			if n, err := strconv.ParseUint(digits, 16, 32); err != nil || n > 0xff {
				return `\x{` + digits + "}"
			}
		}
		rest = rest[2:]
	}
}

// programSize estimates RE2's ProgramSize() of a simplified tree: 4 for the frame, then one instruction for
// each character and each range of a class. It is at most an instruction for each repetition too large and
// never too small for what was measured with Envoy 1.40.0 (see the test).
func programSize(tree *syntax.Regexp) int { return 4 + instructions(tree) }

func instructions(tree *syntax.Regexp) int {
	n := 0
	switch tree.Op {
	case syntax.OpLiteral:
		n = len(tree.Rune)
	case syntax.OpCharClass:
		for i := 0; i < len(tree.Rune) && tree.Rune[i] <= 0xff; i += 2 {
			n++
		}
	case syntax.OpAnyChar:
		n = 1
	case syntax.OpAnyCharNotNL:
		n = 2
	case syntax.OpCapture:
		n = 2
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		n = 1
	}
	for _, sub := range tree.Sub {
		n += instructions(sub)
	}
	return n
}
