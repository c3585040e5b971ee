package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// changeOutput is a file that grows, a pipe, or stdout.
type changeOutput struct {
	*bufio.Writer
	file *os.File // nil: stdout
	sync bool     // it is a file
}

// openChangeOutput opens a file to append to it. A line that a kill has cut off is cut away: its change comes again.
func openChangeOutput(path string, stdout io.Writer) (*changeOutput, error) {
	if path == "" || path == "-" {
		return &changeOutput{Writer: bufio.NewWriterSize(stdout, 64<<10)}, nil
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		return &changeOutput{Writer: bufio.NewWriterSize(f, 64<<10), file: f}, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, named(path, err)
	}
	err = cutTorn(f)
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%q: %w", path, err), f.Close())
	}
	return &changeOutput{Writer: bufio.NewWriterSize(f, 64<<10), file: f, sync: true}, nil
}

// lineStart is how each line begins, and so a file of them.
const lineStart = `{"id":"`

// errNoChanges is a file that is to be appended to and is something else.
var errNoChanges = errors.New("it is no export of changes, and would be appended to")

// cutTorn cuts away what is after the last newline of a file of lines, and goes to its end.
func cutTorn(f *os.File) error {
	start := make([]byte, len(lineStart))
	n, err := f.ReadAt(start, 0)
	if err != nil && err != io.EOF {
		return err
	}
	if string(start[:n]) != lineStart[:n] {
		return errNoChanges
	}
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	for b := make([]byte, 64<<10); end > 0; {
		b = b[:min(end, int64(len(b)))]
		if _, err := f.ReadAt(b, end-int64(len(b))); err != nil {
			return err
		}
		newline := bytes.LastIndexByte(b, '\n')
		end -= int64(len(b) - 1 - newline)
		if newline >= 0 {
			break
		}
	}
	if err := f.Truncate(end); err != nil {
		return err
	}
	_, err = f.Seek(end, io.SeekStart)
	return err
}

// save puts all that was written on the disk, or into the pipe.
func (o *changeOutput) save() error {
	if err := o.Flush(); err != nil {
		return err
	}
	if !o.sync {
		return nil
	}
	return o.file.Sync()
}

func (o *changeOutput) Close() error {
	if o.file == nil {
		return nil
	}
	return o.file.Close()
}

// syncFolder makes the name of a new file durable.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
