package envoyproc

import "syscall"

// childAttributes gives the child its own process group, so that an interrupt typed at the terminal
// reaches the parent only, and a parent-death signal, so that it never outlives a killed parent.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
