package storage

import "context"

// Grouped is a driver whose updates go through a store's writer: the promises of a driver hold for it too.
type Grouped struct {
	Driver
	writer writer
}

func NewGrouped(d Driver, beforeCommit func(context.Context) error) *Grouped {
	return &Grouped{Driver: d, writer: writer{driver: d, beforeCommit: beforeCommit}}
}

func (g *Grouped) Update(ctx context.Context, fn func(Tx) error) error {
	return g.writer.update(ctx, func(t tx) error { return fn(t.Tx) })
}

// Hash16 is what the keys of addresses are made of.
func Hash16(s string) []byte { return hash16(s) }
