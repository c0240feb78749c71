package catalog

import (
	"fmt"
	"strings"
)

const preamble = `# Detectors

<!-- generated from internal/scan/catalog by make generate: do not edit -->

Every kind of finding that the scanner reports, by the name that stands in policies, metrics and audit records. Each has texts that are
and texts that are not one in ` + "`internal/scan/catalog`" + `; the tests run them all.
How sure the scanner is and what it costs: [detection.md](detection.md).

Three kinds of evidence: *structure* (form and checksum say what it is), *field* (the name of the JSON or form field), *label* (words before the value, or behind it,
in English, German, French, Spanish, Portuguese, Italian or Dutch). Field names are read in snake, camel, kebab and Pascal case.

## What is best effort

Names and street addresses have no checksum. In a field that says what it holds they are found when the value has their form. In running text a name is found
behind a label or a salutation (` + "`Patient: `, `Dear Mr `, `Herr `, `my name is `" + `), an address behind a label or by its grammar (number, street word,
postcode or state). A name in the middle of a sentence is not found, nor is an address in a form or a language that is not listed. Bare numbers that nothing names are
not found either: one number in ten passes the check digit of any scheme. A single-word name in a field called just ` + "`name`" + ` may be anything and is left alone.
Do not rely on a scanner alone where the law asks for de-identification.
`

// shapes explains how the forms of secrets are written.
const shapes = "Forms are written as literal text with classes of characters and how many there are: `AKIA<U16>` is AKIA and sixteen of 0-9 A-Z. The classes are `d` 0-9, `x` 0-9 a-f in " +
	"either case, `l` 0-9 a-z, `U` 0-9 A-Z, `a` 0-9 a-z A-Z, `w` a and _, `u` w and -, `v` u and ., `c` u and =, `b` a and + /, `B` b and =, `g` a UUID.\n\n"

// Markdown returns docs/detectors.md.
func Markdown() []byte {
	var b strings.Builder
	b.WriteString(preamble)
	hipaa := make(map[HIPAA][]string)
	for _, s := range sections() {
		fmt.Fprintf(&b, "\n## %s\n\n%s| type | subtype | what | evidence | hazards | source | HIPAA |\n|---|---|---|---|---|---|---|\n", s.title, s.note)
		for _, e := range s.entries {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s |\n", e.Type, code(e.Subtype), cell(e.Is), cell(e.Evidence), cell(e.Hazards), cell(e.Source), e.HIPAA)
			if e.HIPAA != None {
				hipaa[e.HIPAA] = appendNew(hipaa[e.HIPAA], e.Type)
			}
		}
	}
	b.WriteString("\n## HIPAA\n\nThe identifiers of the Safe Harbor method (45 CFR 164.514(b)(2)(i)) and what finds them. (Q), full-face photographs, is no text.\n\n| category | types |\n|---|---|\n")
	for h := Names; h <= Others; h++ {
		if hipaaNames[h] != "" {
			fmt.Fprintf(&b, "| %s | `%s` |\n", h, strings.Join(hipaa[h], "` `"))
		}
	}
	return []byte(b.String())
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

// cell escapes what ends a table's cell.
func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }
