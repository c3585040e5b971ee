package raw

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"dateline/storage"
	"dateline/storage/warc"
)

// Stats count what a folder holds.
type Stats struct {
	Segments     int   `json:"segments"`
	Bytes        int64 `json:"bytes"` // of all segments
	Records      int   `json:"records"`
	Captures     int   `json:"captures"`     // rows of the database
	Erased       int   `json:"erased"`       // records that were overwritten
	Unreferenced int64 `json:"unreferenced"` // bytes without a row: heads of segments, what was erased, and what crashes left
}

// Sizes counts the segments and their bytes alone, which costs no reading.
func (f *Folder) Sizes() (s Stats, err error) {
	all, err := f.Segments()
	for _, segment := range all {
		s.Segments, s.Bytes = s.Segments+1, s.Bytes+segment.Size
	}
	return s, err
}

// Check holds the folder and the database against each other: every row points at a record of its address that can be
// read and whose digest is right. It calls found with each problem, and reads each segment once, in order. The error is
// one of reading the database.
func (f *Folder) Check(ctx context.Context, db *storage.Store, found func(problem string)) (s Stats, err error) {
	c := &checker{found: found}
	all, err := f.Segments()
	if err != nil {
		return s, err
	}
	for row, err := range db.Captures(ctx, storage.Place{}) {
		if err != nil {
			return c.stats, err
		}
		c.stats.Captures++
		for c.segment.Number < row.Segment {
			c.leave()
			if len(all) == 0 || all[0].Number > row.Segment {
				c.segment = Segment{Number: row.Segment}
				c.found(fmt.Sprintf("segment %d is missing in %s", row.Segment, f.path))
				break
			}
			c.enter(all[0])
			all = all[1:]
		}
		c.check(row)
	}
	c.leave()
	for _, segment := range all {
		c.enter(segment)
		c.leave()
	}
	return c.stats, ctx.Err()
}

// checker walks through the rows and the records side by side.
type checker struct {
	found   func(string)
	stats   Stats
	segment Segment
	file    *os.File // nil if the segment is missing or can't be read on
	reader  *warc.Reader
	entry   *warc.Entry // the next record
}

func (c *checker) enter(s Segment) {
	c.segment = s
	c.stats.Segments, c.stats.Bytes = c.stats.Segments+1, c.stats.Bytes+s.Size
	c.stats.Unreferenced += s.Size
	file, err := os.Open(s.Path)
	if err != nil {
		c.found(fmt.Sprintf("%s: %v", filepath.Base(s.Path), err))
		return
	}
	c.file, c.reader = file, warc.NewReader(file, 0)
	c.next()
}

// leave reads the rest of a segment, of which no row knows.
func (c *checker) leave() {
	for c.entry != nil {
		c.next()
	}
	if c.file != nil {
		c.file.Close()
		c.file = nil
	}
}

// next reads a record. A torn end is what a crash leaves, and no problem by itself: rows that point there are.
func (c *checker) next() {
	c.entry = nil
	e, err := c.reader.Next()
	if err != nil {
		if err != io.EOF && !errors.Is(err, warc.ErrTorn) {
			c.found(fmt.Sprintf("%s: %v", filepath.Base(c.segment.Path), err))
		}
		return
	}
	c.stats.Records++
	if isFiller(e.Header) {
		c.stats.Erased++
	}
	var block bytes.Buffer
	_, err = io.Copy(&block, io.LimitReader(e.Block, maxRecord))
	if err == nil {
		err = c.reader.End()
	}
	if err != nil {
		if !errors.Is(err, warc.ErrTorn) {
			c.found(fmt.Sprintf("%s: %v", filepath.Base(c.segment.Path), err))
		}
		return
	}
	if !e.Header.Sound(block.Bytes()) {
		c.found(fmt.Sprintf("%s: record at byte %d: its digest is wrong", filepath.Base(c.segment.Path), e.Offset))
	}
	c.entry = e
}

// check finds the record of a row. That a segment is missing was said once.
func (c *checker) check(row storage.Capture) {
	if c.segment.Path == "" {
		return
	}
	for c.entry != nil && c.entry.Offset < row.Offset {
		c.next()
	}
	if c.entry == nil && c.file != nil { // damage ends a stream, but each record can be read by itself
		c.reader = warc.NewReader(io.NewSectionReader(c.file, row.Offset, math.MaxInt64-row.Offset), row.Offset)
		c.next()
	}
	where := fmt.Sprintf("segment %d, byte %d", row.Segment, row.Offset)
	switch {
	case c.entry == nil || c.entry.Offset != row.Offset:
		c.found(where + ": no record that can be read")
	case !bytes.Equal(storage.CaptureKey(c.entry.Header.Target()), row.Address):
		c.found(where + fmt.Sprintf(": the record is of another address, %q", c.entry.Header.Target()))
	default:
		c.stats.Unreferenced -= row.Length
	}
}
