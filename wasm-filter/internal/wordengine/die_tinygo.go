//go:build tinygo

package wordengine

// die ends the VM with the instruction unreachable, whose trap no exception handler sees.
//
//export llvm.trap
func die()
