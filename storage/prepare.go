package storage

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"unicode/utf8"
)

// prepared is what of a record can be worked out before the transaction that puts it, in the goroutine of whoever puts
// it: all that is costly and needs no look into the store. Transactions run one after the other.
type prepared struct {
	id, title, text string // what the rest was made of

	hash string
	key  []byte // of the text, nil if it has none: see textKey
	line []byte // the record as it is stored if it is new and nobody else carries it
	row  []byte // that line's row
}

func prepare(r Record) (*prepared, error) {
	p := &prepared{id: r.ID, title: r.Title, text: r.Text}
	if n := Normalize(r.Text); r.Text != "" {
		p.hash, p.key = hashNormalized(n), keyNormalized(n, r.Title)
	}
	r.Hash, r.Revision = p.hash, 1
	line, err := r.Line()
	if err != nil {
		return nil, err
	}
	p.line, p.row = line, line
	return p, nil
}

// of says whether what is prepared was made of this record's text. There may be none.
func (p *prepared) of(r *Record) bool {
	return p != nil && p.id == r.ID && p.title == r.Title && p.text == r.Text
}

// hash is a record's [TextHash].
func (t tx) hash(r *Record) string {
	if t.ready.of(r) {
		return t.ready.hash
	}
	return TextHash(r)
}

// textKey is what two copies of one text have in common; ok is false if the record has nothing to compare.
func (t tx) textKey(r *Record) (key []byte, ok bool) {
	if t.ready.of(r) {
		return t.ready.key, t.ready.key != nil
	}
	key = keyNormalized(Normalize(r.Text), r.Title)
	return key, key != nil
}

// row is the row of a record's line.
func (t tx) row(line []byte) []byte {
	if t.ready != nil && bytes.Equal(t.ready.line, line) {
		return t.ready.row
	}
	return line
}

func hashNormalized(n string) string {
	sum := sha256.Sum256([]byte(n))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// keyNormalized is nil for a text that is empty once it is normalised.
func keyNormalized(n, title string) []byte {
	if n == "" {
		return nil
	}
	if utf8.RuneCountInString(n) < shortText {
		n += "\x00" + Normalize(title)
	}
	return hash16(n)
}
