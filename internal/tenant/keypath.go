package tenant

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of a key path: those of internal/scan, which this package must not import (a test in internal/config compares
// the two).
const (
	maxPathBytes    = 256
	maxPathElements = 32
	maxPathKey      = 63
)

// allow checks what a direction lets stand.
func (c *checker) allow(path string, entries []ScanAllow) {
	seen := make(map[string]bool, len(entries))
	for i, entry := range entries {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case entry.Path == "":
			continue // reported as missing
		case !IsKeyPath(entry.Path):
			c.add(at+".path", "%q is not a key path: must be $ and up to %d of .key and [*], as in $.items[*].contact.email; a key has 1 to %d bytes and none of .[]*\"'\\ nor white space",
				entry.Path, maxPathElements, maxPathKey)
		case seen[entry.Path]:
			c.add(at+".path", "%q is listed twice", entry.Path)
		}
		seen[entry.Path] = true
		known := func(finding string) bool { return slices.Contains(FindingTypes(), finding) }
		c.each(at+".types", entry.Types, known, "a finding type: must be "+alternatives(FindingTypes()))
	}
}

// IsKeyPath reports whether a path is one of those that a scan policy may allow: see ScanAllow.
func IsKeyPath(path string) bool {
	rest, ok := strings.CutPrefix(path, "$")
	if !ok || rest == "" || len(path) > maxPathBytes || !utf8.ValidString(path) {
		return false
	}
	for range maxPathElements {
		if after, item := strings.CutPrefix(rest, "[*]"); item {
			rest = after
		} else {
			if rest[0] != '.' {
				return false
			}
			end := len(rest)
			if next := strings.IndexAny(rest[1:], ".["); next >= 0 {
				end = 1 + next
			}
			if key := rest[1:end]; key == "" || len(key) > maxPathKey || strings.ContainsFunc(key, notInKeyPaths) {
				return false
			}
			rest = rest[end:]
		}
		if rest == "" {
			return true
		}
	}
	return false
}

func notInKeyPaths(r rune) bool { return r <= ' ' || r == 0x7F || strings.ContainsRune(`]*"'\`, r) }
