//go:build unix && !solaris && !aix

package release

import (
	"errors"
	"os"
	"syscall"
)

// lock holds a folder until the file is closed or the process ends. Where folders can't be locked, as on some network file
// systems, two runs at once are not kept apart.
func lock(dir string) (*os.File, error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(d.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		d.Close()
		return nil, ErrBusy
	}
	return d, nil
}
