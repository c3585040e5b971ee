package storage

import (
	"encoding/hex"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"
)

// emptyTx holds nothing and counts the reads.
type emptyTx struct{ gets int }

func (e *emptyTx) Get(string, []byte) ([]byte, error) { e.gets++; return nil, nil }
func (*emptyTx) Put(string, []byte, []byte) error     { return ErrReadOnly }
func (*emptyTx) Delete(string, []byte) error          { return ErrReadOnly }
func (*emptyTx) Scan(string, []byte, []byte) iter.Seq2[Row, error] {
	return func(func(Row, error) bool) {}
}

// countingTx counts the reads of revisions.
type countingTx struct {
	Tx
	gets int
}

func (c *countingTx) Get(bucket string, key []byte) ([]byte, error) {
	if bucket == bucketRevisions {
		c.gets++
	}
	return c.Tx.Get(bucket, key)
}

// TestThousandRevisions edits an article a thousand times. Each comes back, takes little room, and the oldest is found without
// all the others.
func TestThousandRevisions(t *testing.T) {
	if Racing {
		t.Skip("a thousand revisions, one after the other")
	}
	const n = 1000
	r := rand.New(rand.NewPCG(3, 3))
	prose := make([]byte, 2500)
	for i := range prose {
		prose[i] = byte(r.Uint32())
	}
	stage := newStage(&emptyTx{})
	count := &countingTx{Tx: stage}
	x := tx{Tx: count}
	text := func(i int) string {
		return fmt.Sprintf("Edit %d of the article. %s The end of edit %d.", i, hex.EncodeToString(prose), i)
	}
	rec := Record{ID: "abcdefghijklmnop", Title: "Title", Text: text(1), Revision: 1}
	for i := 1; i <= n; i++ {
		if i > 1 {
			old := rec
			rec.Revision, rec.Text = i, text(i)
			if err := x.saveRevision(&old); err != nil {
				t.Fatal(err)
			}
		}
		if err := x.saveRecord(&rec); err != nil {
			t.Fatal(err)
		}
	}
	size := 0
	for row, err := range stage.Scan(bucketRevisions, nil, nil) {
		if err != nil {
			t.Fatal(err)
		}
		size += len(row.Value)
	}
	if most := 200 * n; size > most {
		t.Errorf("the revisions take %d bytes, want %d at most", size, most)
	}
	for i := 1; i <= n; i += 37 {
		count.gets = 0
		was, err := x.revision(rec.ID, i)
		if err != nil || was.Text != text(i) || was.Revision != i {
			t.Fatalf("revision %d: %v, %.40q", i, err, was.Text)
		}
		if count.gets > keyframe+1 {
			t.Errorf("revision %d took %d reads", i, count.gets)
		}
	}
	if !strings.Contains(rec.Text, "edit 1000") {
		t.Errorf("the article itself is %.40q", rec.Text)
	}
}
