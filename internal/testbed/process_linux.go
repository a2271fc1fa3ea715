package testbed

import "syscall"

// ownGroup puts the child in a process group of its own and has the kernel kill it when the test binary dies.
func ownGroup(as *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, Credential: as}
}
