package socket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"time"

	"dateline/storage"
)

// Driver reads a store through the process that holds it. Its updates fail with [storage.ErrReadOnly].
type Driver struct {
	path   string
	holder string
}

// ErrGone is a connection that the process that holds the database did not end properly: it has ended itself.
var ErrGone = errors.New("the process that holds the database is gone")

var (
	_ storage.Driver           = (*Driver)(nil)
	_ storage.Snapshotter      = (*Driver)(nil)
	_ storage.StructureChecker = (*Driver)(nil)
)

// Dial gives a driver for the process that listens at a path, or an error if none does.
func Dial(ctx context.Context, path string) (*Driver, error) {
	d := &Driver{path: path}
	c, err := d.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer c.c.Close()
	r, err := c.ask(request{Op: opHello})
	d.holder = string(r.Value)
	return d, err
}

// Holder is the name of the process that holds the database.
func (d *Driver) Holder() string { return d.holder }

func (d *Driver) dial(ctx context.Context) (conn, error) {
	dialer := net.Dialer{Timeout: 5 * time.Second}
	c, err := dialer.DialContext(ctx, "unix", d.path)
	if err != nil {
		return conn{}, fmt.Errorf("%w: %w", ErrGone, err)
	}
	return newConn(c), c.SetDeadline(time.Now().Add(patience))
}

// View implements [storage.Driver].
func (d *Driver) View(ctx context.Context, fn func(storage.Tx) error) error {
	c, err := d.dial(ctx)
	if err != nil {
		return err
	}
	defer c.c.Close()
	stop := context.AfterFunc(ctx, func() { c.c.Close() })
	defer stop()
	err = fn(tx{c})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// Update implements [storage.Driver].
func (d *Driver) Update(context.Context, func(storage.Tx) error) error { return storage.ErrReadOnly }

// Changes implements [storage.Driver].
func (d *Driver) Changes(ctx context.Context, bucket string, after uint64, limit int) ([]storage.Change, error) {
	c, err := d.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer c.c.Close()
	r, err := c.ask(request{Op: opChanges, Bucket: bucket, After: after, Limit: limit})
	return r.Changes, err
}

// Close implements [storage.Driver]. There is nothing to release: a connection lives as long as its transaction.
func (d *Driver) Close() error { return nil }

// Ask puts a question to the process and yields its replies.
func (d *Driver) Ask(ctx context.Context, question []byte) iter.Seq2[[]byte, error] {
	return d.stream(ctx, request{Op: opAsk, Body: question})
}

// Snapshot implements [storage.Snapshotter].
func (d *Driver) Snapshot(ctx context.Context, w io.Writer) error {
	for b, err := range d.stream(ctx, request{Op: opCopy}) {
		if err != nil {
			return err
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// CheckStructure implements [storage.StructureChecker].
func (d *Driver) CheckStructure(ctx context.Context, found func(string)) error {
	for b, err := range d.stream(ctx, request{Op: opCheck}) {
		if err != nil {
			return err
		}
		found(string(b))
	}
	return nil
}

// stream yields the replies to a request that has several.
func (d *Driver) stream(ctx context.Context, q request) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		c, err := d.dial(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		defer c.c.Close()
		stop := context.AfterFunc(ctx, func() { c.c.Close() })
		defer stop()
		if err := c.c.SetDeadline(time.Time{}); err != nil { // an answer takes as long as it takes
			yield(nil, err)
			return
		}
		r, err := c.ask(q)
		for err == nil && r.More {
			if !yield(r.Value, nil) {
				return
			}
			r, err = c.receive()
		}
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

func (c conn) ask(r request) (reply, error) {
	if err := c.Encode(r); err != nil {
		return reply{}, fmt.Errorf("%w: %w", ErrGone, err)
	}
	return c.receive()
}

func (c conn) receive() (r reply, err error) {
	if err := c.Decode(&r); err != nil {
		return r, fmt.Errorf("%w: %w", ErrGone, err)
	}
	if r.Err != "" {
		return r, errors.New(r.Err)
	}
	return r, nil
}

// tx is a view at the other end of a connection.
type tx struct{ conn }

func (t tx) Get(bucket string, key []byte) ([]byte, error) {
	r, err := t.ask(request{Op: opGet, Bucket: bucket, Key: key})
	if err != nil || !r.Found {
		return nil, err
	}
	return append([]byte{}, r.Value...), nil // gob makes an empty value nil
}

func (t tx) Put(string, []byte, []byte) error { return storage.ErrReadOnly }

func (t tx) Delete(string, []byte) error { return storage.ErrReadOnly }

func (t tx) Scan(bucket string, from, to []byte) iter.Seq2[storage.Row, error] {
	return func(yield func(storage.Row, error) bool) {
		from := from
		for {
			r, err := t.ask(request{Op: opScan, Bucket: bucket, From: from, To: to, Open: to == nil})
			if err != nil {
				yield(storage.Row{}, err)
				return
			}
			for _, row := range r.Rows {
				if !yield(storage.Row{Key: row.Key, Value: append([]byte{}, row.Value...)}, nil) {
					return
				}
			}
			if !r.More {
				return
			}
			from = append(r.Rows[len(r.Rows)-1].Key, 0)
		}
	}
}
