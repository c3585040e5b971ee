package storage

import (
	"crypto/sha256"
	"encoding/hex"
	"unicode/utf8"

	"dateline/storage/near"
)

// prepared is what of a record can be worked out before the transaction that puts it, in the goroutine of whoever puts
// it: all that is costly. Transactions run one after the other.
type prepared struct {
	id, title, text string // what the rest was made of

	hash string
	key  []byte            // of the text, nil if it has none: see textKey
	rows map[string][]byte // what was packed in the rehearsal, by payload

	looks    *near.Text               // see the function of that name
	sketch   *near.Sketch             // of looks
	likeness map[string]near.Likeness // to records that it was compared with, by their id and hash

	rehearsal
}

func prepare(r *Record) *prepared {
	p := &prepared{id: r.ID, title: r.Title, text: r.Text, rows: map[string][]byte{}, likeness: map[string]near.Likeness{}}
	if n := Normalize(r.Text); r.Text != "" {
		p.hash, p.key = hashNormalized(n), keyNormalized(n, r.Title)
		if text := near.New(n); len(text.Shingles) >= near.Least {
			s := text.Sketch()
			p.looks, p.sketch = &text, &s
		}
	}
	return p
}

// pack is the function of that name, unless it was done before.
func (t tx) pack(dict uint32, payload []byte) ([]byte, error) {
	if t.ready == nil {
		return pack(dict, payload)
	}
	if row, ok := t.ready.rows[string(payload)]; ok {
		return row, nil
	}
	row, err := pack(dict, payload)
	if err == nil {
		t.ready.rows[string(payload)] = row
	}
	return row, err
}

// rehearsed says whether this is not the transaction itself but its rehearsal.
func (t tx) rehearsed() bool { return t.ready != nil && t.ready.running }

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
