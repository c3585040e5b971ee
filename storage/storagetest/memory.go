package storagetest

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"sync"

	"dateline/storage"
)

// Memory is a driver that keeps everything in maps. It passes the same suite as those that write to a disk, so what a
// test sees of it is what a user sees of them.
type Memory struct {
	mu      sync.RWMutex
	buckets map[string]map[string][]byte
	changes map[string]map[string]uint64 // bucket, key → number of the last change
	seq     uint64
	closed  bool
}

var _ storage.Driver = (*Memory)(nil)

// NewMemory gives an empty driver.
func NewMemory() *Memory {
	return &Memory{buckets: map[string]map[string][]byte{}, changes: map[string]map[string]uint64{}}
}

var errClosed = errors.New("the store is closed")

// View implements [storage.Driver].
func (m *Memory) View(ctx context.Context, fn func(storage.Tx) error) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.usable(ctx); err != nil {
		return err
	}
	return fn(&memoryTx{m: m})
}

func (m *Memory) usable(ctx context.Context) error {
	if m.closed {
		return errClosed
	}
	return ctx.Err()
}

// Update implements [storage.Driver].
func (m *Memory) Update(ctx context.Context, fn func(storage.Tx) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.usable(ctx); err != nil {
		return err
	}
	t := &memoryTx{m: m, writes: map[string]map[string][]byte{}}
	if err := fn(t); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, w := range t.order {
		m.apply(w.bucket, w.key, w.value)
	}
	return nil
}

func (m *Memory) apply(bucket, key string, value []byte) {
	if m.buckets[bucket] == nil {
		m.buckets[bucket] = map[string][]byte{}
		m.changes[bucket] = map[string]uint64{}
	}
	if _, ok := m.buckets[bucket][key]; !ok && value == nil {
		return
	}
	m.seq++
	m.changes[bucket][key] = m.seq
	if value == nil {
		delete(m.buckets[bucket], key)
		return
	}
	m.buckets[bucket][key] = value
}

// Changes implements [storage.Driver].
func (m *Memory) Changes(ctx context.Context, bucket string, after uint64, limit int) ([]storage.Change, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.usable(ctx); err != nil {
		return nil, err
	}
	var out []storage.Change
	for key, seq := range m.changes[bucket] {
		if seq > after {
			out = append(out, storage.Change{Seq: seq, Key: []byte(key)})
		}
	}
	slices.SortFunc(out, func(a, b storage.Change) int { return int(a.Seq) - int(b.Seq) })
	return out[:min(limit, len(out))], nil
}

// Close implements [storage.Driver].
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

// memoryTx holds its writes beside the maps until the commit. In a view, writes is nil.
type memoryTx struct {
	m      *Memory
	writes map[string]map[string][]byte // nil value: deleted
	order  []memoryWrite
}

type memoryWrite struct {
	bucket, key string
	value       []byte
}

func (t *memoryTx) Get(bucket string, key []byte) ([]byte, error) {
	if v, ok := t.writes[bucket][string(key)]; ok {
		return v, nil
	}
	return t.m.buckets[bucket][string(key)], nil
}

func (t *memoryTx) Put(bucket string, key, value []byte) error {
	if len(key) == 0 {
		return errors.New("empty key")
	}
	return t.write(bucket, key, append([]byte{}, value...))
}

func (t *memoryTx) Delete(bucket string, key []byte) error { return t.write(bucket, key, nil) }

func (t *memoryTx) write(bucket string, key, value []byte) error {
	if t.writes == nil {
		return storage.ErrReadOnly
	}
	if t.writes[bucket] == nil {
		t.writes[bucket] = map[string][]byte{}
	}
	t.writes[bucket][string(key)] = value
	t.order = append(t.order, memoryWrite{bucket, string(key), value})
	return nil
}

func (t *memoryTx) Scan(bucket string, from, to []byte) iter.Seq2[storage.Row, error] {
	merged := maps.Clone(t.m.buckets[bucket])
	if merged == nil {
		merged = map[string][]byte{}
	}
	maps.Copy(merged, t.writes[bucket])
	return func(yield func(storage.Row, error) bool) {
		for _, key := range slices.Sorted(maps.Keys(merged)) {
			k, v := []byte(key), merged[key]
			if v == nil || bytes.Compare(k, from) < 0 || to != nil && bytes.Compare(k, to) >= 0 {
				continue
			}
			if !yield(storage.Row{Key: k, Value: v}, nil) {
				return
			}
		}
	}
}
