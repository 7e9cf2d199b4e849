//go:build !linux

package child

import "syscall"

// diesWithParent is not known here: a demo that is killed leaves its server.
func diesWithParent() *syscall.SysProcAttr { return nil }
