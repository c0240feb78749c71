// Package policies embeds the Rego packs that every tenant is judged by.
package policies

import "embed"

// Files holds the packs and their tests (names ending in _test.rego).
//
//go:embed *.rego */*.rego
var Files embed.FS
