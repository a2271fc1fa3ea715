//go:build unix && !linux

package testbed

import "syscall"

// ownGroup puts the child in a process group of its own. Here it outlives a test binary that is killed.
func ownGroup(as *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Credential: as}
}
