//go:build !tinygo

package wordengine

// die ends the VM: the runtime gives up when every goroutine is asleep, and nothing can recover.
func die() { select {} }
