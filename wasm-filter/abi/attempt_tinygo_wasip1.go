//go:build tinygo

package abi

import _ "unsafe" // for go:linkname

// attempt runs do, and reports whether it panicked: TinyGo's runtime as scripts/tinygo extends it. Deferred functions of
// what panicked do not run.
//
//go:linkname attempt runtime.attempt
func attempt(do func()) bool
