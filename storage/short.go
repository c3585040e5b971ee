package storage

import (
	"bytes"
	"iter"
)

// The buckets urls and texts have a row for each record, and nothing in it but a hash and an id. On the disk these are ten bytes each:
// the hash is cut, and the id is what its letters stand for. Whoever reads them gets ids; keys may be given whole or cut. Rows of
// schema 3 and before have both in full, and are found too.

// shortHash is how many bytes of a hash the rows of these buckets keep. Two of a billion addresses have one in common with
// a chance of one in a million.
const shortHash = 10

func shortens(bucket string) bool { return bucket == bucketURLs || bucket == bucketTexts }

func shortKey(bucket string, key []byte) []byte {
	if shortens(bucket) && len(key) > shortHash {
		return key[:shortHash]
	}
	return key
}

// Get is that of the transaction below, for the forms of rows that callers know.
func (t tx) Get(bucket string, key []byte) ([]byte, error) {
	short := shortKey(bucket, key)
	value, err := t.Tx.Get(bucket, short)
	if err != nil || !shortens(bucket) {
		return value, err
	}
	if value == nil && len(short) < len(key) {
		return t.Tx.Get(bucket, key)
	}
	if value == nil {
		return nil, nil
	}
	return []byte(longID(value)), nil
}

// Put and Delete are those of the transaction below. What an older schema has under the whole key goes.
func (t tx) Put(bucket string, key, value []byte) error {
	if !shortens(bucket) {
		return t.Tx.Put(bucket, key, value)
	}
	if err := t.dropLong(bucket, key); err != nil {
		return err
	}
	return t.Tx.Put(bucket, shortKey(bucket, key), shortID(string(value)))
}

func (t tx) Delete(bucket string, key []byte) error {
	if err := t.dropLong(bucket, key); err != nil {
		return err
	}
	return t.Tx.Delete(bucket, shortKey(bucket, key))
}

func (t tx) dropLong(bucket string, key []byte) error {
	if !shortens(bucket) || len(key) == shortHash {
		return nil
	}
	old, err := t.Tx.Get(bucket, key)
	if err != nil || old == nil {
		return err
	}
	return t.Tx.Delete(bucket, key)
}

// Scan is that of the transaction below. The keys of these buckets are as they are stored.
func (t tx) Scan(bucket string, from, to []byte) iter.Seq2[Row, error] {
	rows := t.Tx.Scan(bucket, from, to)
	if !shortens(bucket) {
		return rows
	}
	return func(yield func(Row, error) bool) {
		for row, err := range rows {
			if err == nil && len(row.Key) == shortHash {
				row.Value = []byte(longID(row.Value))
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// sameHash says whether a row's key is that of a hash.
func sameHash(key, hash []byte) bool { return len(key) >= shortHash && bytes.HasPrefix(hash, key) }
