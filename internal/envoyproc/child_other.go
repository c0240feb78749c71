//go:build !linux

package envoyproc

import "syscall"

// childAttributes gives the child its own process group, so that an interrupt typed at the terminal
// reaches the parent only.
func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
