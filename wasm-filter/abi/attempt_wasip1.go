//go:build !tinygo

package abi

// attempt runs do, and reports whether it panicked.
func attempt(do func()) (panicked bool) {
	defer func() { panicked = recover() != nil }()
	do()
	return false
}
