package bolt

import (
	"errors"
	"fmt"
	"iter"
	"runtime/debug"
	"time"

	"dateline/storage"
)

// place is where in a file a transaction reads, so that a fault can name it.
type place struct {
	path   string
	bucket string
	inside bool // bbolt runs, not the function of whoever began the transaction
	broken bool // the file itself is damaged there, not what a row of it says
}

func (d *Driver) place() *place { return &place{path: d.db.Path()} }

// name says of damage where it was met.
func (at *place) name(err error) error {
	if !errors.Is(err, storage.ErrDamaged) {
		return err
	}
	at.broken = true
	switch {
	case at.bucket == "":
		return fmt.Errorf("%s: %w", at.path, err)
	default:
		return fmt.Errorf("%s: bucket %q: %w", at.path, at.bucket, err)
	}
}

// guard turns the panics with which bbolt answers a damaged page into an error that names the file and the bucket, and so the
// faults of a file that was cut while it is mapped. A panic of fn's own goes on.
func (d *Driver) guard(at *place, do func() error) (err error) {
	if d.broken.Load() {
		return fmt.Errorf("%s: %w: it could not be read before", d.db.Path(), storage.ErrDamaged)
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if _, fault := r.(interface{ Addr() uintptr }); !fault && !at.inside {
			panic(r)
		}
		err = at.name(fmt.Errorf("%w: %v", storage.ErrDamaged, r))
	}()
	at.inside = true
	return do()
}

// closeWait is how long a broken file is waited for.
const closeWait = time.Second

// close closes the file. bbolt may still hold a lock after a panic, and would wait for itself.
func (d *Driver) close() error {
	if !d.broken.Load() {
		return d.db.Close()
	}
	done := make(chan error, 1)
	go func() { done <- d.db.Close() }()
	select {
	case err := <-done:
		return err
	case <-time.After(closeWait):
		return nil
	}
}

// run calls fn with a transaction that notes where it reads.
func (at *place) run(t *tx, fn func(storage.Tx) error) error {
	at.inside = false
	err := fn(watched{t, at})
	at.inside = true
	return err
}

// watched is a transaction that notes where it reads. After a panic inside nobody leaves, which is how guard knows.
type watched struct {
	t  *tx
	at *place
}

func (w watched) enter(bucket string) { w.at.bucket, w.at.inside = bucket, true }

func (w watched) leave(err error) error {
	w.at.inside = false
	return w.at.name(err)
}

func (w watched) Get(bucket string, key []byte) ([]byte, error) {
	w.enter(bucket)
	v, err := w.t.Get(bucket, key)
	return v, w.leave(err)
}

func (w watched) Put(bucket string, key, value []byte) error {
	w.enter(bucket)
	return w.leave(w.t.Put(bucket, key, value))
}

func (w watched) Delete(bucket string, key []byte) error {
	w.enter(bucket)
	return w.leave(w.t.Delete(bucket, key))
}

func (w watched) Scan(bucket string, from, to []byte) iter.Seq2[storage.Row, error] {
	return func(yield func(storage.Row, error) bool) {
		w.enter(bucket)
		for row, err := range w.t.Scan(bucket, from, to) {
			if !yield(row, w.leave(err)) {
				return
			}
			w.enter(bucket)
		}
		_ = w.leave(nil)
	}
}
