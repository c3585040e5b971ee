package bolt_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"os"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"dateline/storage"
)

// spool is a driver that notes what it writes, so that bbolt alone can be given the same.
type spool struct {
	storage.Driver
	file *os.File
	w    *bufio.Writer
	rows []byte // of the transaction that runs
}

func newSpool(t testing.TB, d storage.Driver, path string) *spool {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	return &spool{Driver: d, file: f, w: bufio.NewWriterSize(f, 1<<20)}
}

func (s *spool) Update(ctx context.Context, fn func(storage.Tx) error) error {
	err := s.Driver.Update(ctx, func(t storage.Tx) error {
		s.rows = s.rows[:0]
		return fn(spooled{t, s})
	})
	if err != nil {
		return err
	}
	_, err = s.w.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(s.rows))), s.rows...))
	return err
}

// note appends one write: the lengths of bucket, key and value, the last one more than it is, or 0 for a deletion.
func (s *spool) note(bucket string, key, value []byte, deleted bool) {
	size := uint32(len(value) + 1)
	if deleted {
		size = 0
	}
	for _, n := range []uint32{uint32(len(bucket)), uint32(len(key)), size} {
		s.rows = binary.BigEndian.AppendUint32(s.rows, n)
	}
	s.rows = append(append(append(s.rows, bucket...), key...), value...)
}

type spooled struct {
	storage.Tx
	s *spool
}

func (t spooled) Put(bucket string, key, value []byte) error {
	t.s.note(bucket, key, value, false)
	return t.Tx.Put(bucket, key, value)
}

func (t spooled) Delete(bucket string, key []byte) error {
	t.s.note(bucket, key, nil, true)
	return t.Tx.Delete(bucket, key)
}

func (t spooled) Scan(bucket string, from, to []byte) iter.Seq2[storage.Row, error] {
	return t.Tx.Scan(bucket, from, to)
}

func (s *spool) remove() error { return errors.Join(s.file.Close(), os.Remove(s.file.Name())) }

// replay gives bbolt all that was written, a transaction after the other, and says how long bbolt took.
func (s *spool) replay(path string) (took time.Duration, transactions int, err error) {
	if err := s.w.Flush(); err != nil {
		return 0, 0, err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return 0, 0, err
	}
	_ = os.Remove(path)
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return 0, 0, err
	}
	r := bufio.NewReaderSize(s.file, 1<<20)
	for {
		var size [4]byte
		if _, err := io.ReadFull(r, size[:]); err == io.EOF {
			return took, transactions, db.Close()
		} else if err != nil {
			return 0, 0, err
		}
		rows := make([]byte, binary.BigEndian.Uint32(size[:]))
		if _, err := io.ReadFull(r, rows); err != nil {
			return 0, 0, err
		}
		began := time.Now()
		if err := db.Update(func(t *bbolt.Tx) error { return writeSpooled(t, rows) }); err != nil {
			return 0, 0, err
		}
		took += time.Since(began)
		transactions++
	}
}

func writeSpooled(t *bbolt.Tx, rows []byte) error {
	for len(rows) > 0 {
		var n [3]int
		for i := range n {
			n[i] = int(binary.BigEndian.Uint32(rows[4*i:]))
		}
		rows = rows[12:]
		bucket, key, value := rows[:n[0]], rows[n[0]:n[0]+n[1]], rows[n[0]+n[1]:n[0]+n[1]+max(n[2]-1, 0)]
		rows = rows[n[0]+n[1]+len(value):]
		b, err := t.CreateBucketIfNotExists(bucket)
		if err != nil {
			return err
		}
		if n[2] == 0 {
			err = b.Delete(key)
		} else {
			err = b.Put(key, value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// bucketBytes is what the pages of each bucket take.
func bucketBytes(t testing.TB, path string) map[string]int {
	t.Helper()
	sizes := map[string]int{}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			s := b.Stats()
			sizes[string(name)] = s.LeafAlloc + s.BranchAlloc
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return sizes
}
