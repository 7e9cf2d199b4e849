package child

import "syscall"

// diesWithParent makes the system end the child when this process dies without
// having been able to do so itself.
func diesWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
