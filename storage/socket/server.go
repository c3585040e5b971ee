package socket

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"dateline/storage"
)

// Server answers the readers of a store.
type Server struct {
	Driver storage.Driver

	// Name says who holds the database, for [Driver.Holder].
	Name string

	// Ask answers a question with any number of replies; nil answers none. Its context ends when the one who
	// asked is gone.
	Ask func(ctx context.Context, question []byte, reply func([]byte) error) error

	Log *slog.Logger
}

// Listen opens the socket, for this user alone. Whoever calls it holds the database, so a socket that lies there was
// left behind by a process that died.
func Listen(path string) (net.Listener, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	if info, err := os.Lstat(path); err == nil && info.Mode().Type() == fs.ModeSocket {
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// Serve answers until the context ends, then closes the listener and waits for the connections, which end with the
// context too.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	var conns sync.WaitGroup
	defer conns.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	for {
		c, err := l.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, net.ErrClosed) {
			return fmt.Errorf("socket: %w", err)
		}
		if err != nil { // out of file descriptors, say: that passes
			s.Log.Warn("socket: a reader was not let in", "err", err)
			time.Sleep(acceptPause)
			continue
		}
		conns.Go(func() {
			if err := s.serve(ctx, c); err != nil && ctx.Err() == nil {
				s.Log.Debug("socket: connection ended", "err", err)
			}
		})
	}
}

// acceptPause is the wait after a connection that could not be accepted.
const acceptPause = 100 * time.Millisecond

// conn is one connection, on either side.
type conn struct {
	c net.Conn
	*gob.Encoder
	*gob.Decoder
}

func newConn(c net.Conn) conn { return conn{c, gob.NewEncoder(c), gob.NewDecoder(c)} }

func (s *Server) serve(ctx context.Context, nc net.Conn) error {
	defer nc.Close()
	stop := context.AfterFunc(ctx, func() { nc.Close() })
	defer stop()
	c := newConn(nc)
	if err := nc.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	first, err := c.next()
	if err != nil {
		return err
	}
	switch first.Op {
	case opHello:
		return c.Encode(reply{Value: []byte(s.Name)})
	case opAsk:
		return s.answer(ctx, c, first.Body)
	case opCopy, opCheck:
		return s.maintain(ctx, c, first.Op)
	case opChanges:
		changes, err := s.Driver.Changes(ctx, first.Bucket, first.After, first.Limit)
		return c.Encode(reply{Changes: changes, Err: text(err)})
	}
	return s.Driver.View(ctx, func(t storage.Tx) error { return c.view(t, first) })
}

// next reads a request; [io.EOF] is the client's end of the transaction.
func (c conn) next() (r request, err error) {
	err = c.Decode(&r)
	return r, err
}

func (c conn) view(t storage.Tx, r request) error {
	for {
		if err := c.Encode(look(t, r)); err != nil {
			return err
		}
		var err error
		if r, err = c.next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func look(t storage.Tx, r request) reply {
	switch r.Op {
	case opGet:
		v, err := t.Get(r.Bucket, r.Key)
		return reply{Found: v != nil, Value: v, Err: text(err)}
	case opScan:
		return scan(t, r)
	default:
		return reply{Err: fmt.Sprintf("request %q is unknown: the other process is of another version", r.Op)}
	}
}

func scan(t storage.Tx, r request) (out reply) {
	to := r.To
	if r.Open {
		to = nil
	}
	size := 0
	for row, err := range t.Scan(r.Bucket, r.From, to) {
		if err != nil {
			return reply{Err: err.Error()}
		}
		if len(out.Rows) == maxRows || size > maxBytes {
			out.More = true
			return out
		}
		size += len(row.Key) + len(row.Value)
		out.Rows = append(out.Rows, row) // encoded before the transaction ends
	}
	return out
}

// answer hands a question on.
func (s *Server) answer(ctx context.Context, c conn, question []byte) error {
	if s.Ask == nil {
		return c.Encode(reply{Err: "this process answers no questions"})
	}
	return c.stream(ctx, func(ctx context.Context, send func([]byte) error) error {
		return s.Ask(ctx, question, send)
	})
}

// maintain has the driver copy the database or check its structure, as far as it can.
func (s *Server) maintain(ctx context.Context, c conn, what op) error {
	return c.stream(ctx, func(ctx context.Context, send func([]byte) error) error {
		if what == opCopy {
			d, ok := s.Driver.(storage.Snapshotter)
			if !ok {
				return storage.ErrNoSnapshot
			}
			return d.Snapshot(ctx, sender(send))
		}
		d, ok := s.Driver.(storage.StructureChecker)
		if !ok {
			return nil
		}
		var unsent error
		err := d.CheckStructure(ctx, func(problem string) { unsent = errors.Join(unsent, send([]byte(problem))) })
		return errors.Join(err, unsent)
	})
}

// sender makes replies of what is written.
type sender func([]byte) error

func (send sender) Write(b []byte) (int, error) {
	if err := send(b); err != nil {
		return 0, err
	}
	return len(b), nil
}

// stream sends any number of replies, which take as long as they take. A read that ends is the other side going away.
func (c conn) stream(ctx context.Context, do func(ctx context.Context, send func([]byte) error) error) error {
	served := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := c.c.SetDeadline(time.Time{}); err != nil {
		return err
	}
	go func() {
		defer cancel()
		io.Copy(io.Discard, c.c) // ends when the connection does, which serve closes
	}()
	send := func(r reply) error {
		if err := c.c.SetWriteDeadline(time.Now().Add(patience)); err != nil {
			return err
		}
		err := c.Encode(r)
		if err != nil {
			cancel() // nobody reads: the work is for nobody
		}
		return err
	}
	err := do(ctx, func(b []byte) error { return send(reply{Value: b, More: true}) })
	if served.Err() != nil {
		return served.Err() // the client sees that we are gone, not that its work failed
	}
	return send(reply{Err: text(err)})
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
