package release

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
)

// File is a file of a release.
type File struct {
	Path     string `json:"path"`  // with slashes, below the release
	Bytes    int64  `json:"bytes"` // on the disk
	SHA256   string `json:"sha256"`
	Records  int    `json:"records,omitempty"` // of a shard and of the attributions: their lines
	JSONL    int64  `json:"jsonl,omitempty"`   // bytes of a shard before compression
	License  string `json:"license,omitempty"` // of a shard's records: the name of its folder
	Language string `json:"language,omitempty"`
}

// output is a file that is counted and summed while it is written.
type output struct {
	file *os.File
	b    *bufio.Writer
	sum  hash.Hash
	File
}

// create makes a file of the release. One that exists is not touched: on some systems names that differ in case are one.
func (f *folder) create(path string) (*output, error) {
	full := f.path(path)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(full, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	return &output{file: file, b: bufio.NewWriterSize(file, 256<<10), sum: sha256.New(), File: File{Path: path}}, nil
}

func (o *output) Write(p []byte) (int, error) {
	o.Bytes += int64(len(p))
	o.sum.Write(p)
	return o.b.Write(p)
}

// finish has the file on the disk, and says what is in it.
func (o *output) finish() (File, error) {
	err := errors.Join(o.b.Flush(), o.file.Sync(), o.file.Close())
	o.SHA256 = hex.EncodeToString(o.sum.Sum(nil))
	return o.File, err
}

// packed is a file of lines in one zstd frame: some readers stop after the first. One encoder serves all files in turn.
type packed struct {
	*output
	z *zstd.Encoder
}

// newEncoder makes an encoder whose output depends on nothing but its input.
func newEncoder() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithWindowSize(8<<20))
}

func (p *packed) line(parts ...[]byte) error {
	for _, part := range append(parts, []byte{'\n'}) {
		if _, err := p.z.Write(part); err != nil {
			return err
		}
		p.JSONL += int64(len(part))
	}
	p.Records++
	return nil
}

func (p *packed) finish() (File, error) {
	err := p.z.Close()
	f, err2 := p.output.finish()
	return f, errors.Join(err, err2)
}

// writeShards empties the spool into the shards, and writes each record's attribution beside.
func (b *builder) writeShards(ctx context.Context) (err error) {
	z, err := newEncoder()
	if err != nil {
		return err
	}
	credits, err := b.newCredits()
	if err != nil {
		return err
	}
	for _, s := range b.spool.shelves() {
		w := &shelfWriter{b: b, shelf: s, z: z, credits: credits}
		if err := w.fill(ctx); err != nil {
			return errors.Join(err, w.abandon(), credits.abandon())
		}
	}
	f, err := credits.finish()
	if err != nil {
		return err
	}
	f.JSONL = 0
	b.files = append(b.files, f)
	return b.spool.close()
}

// abandon closes a file that is of no use any more.
func (o *output) abandon() error { return o.file.Close() }

// shelfWriter writes the shards of one shelf.
type shelfWriter struct {
	b       *builder
	shelf   shelf
	z       *zstd.Encoder
	credits *packed
	shard   *packed // the open one; nil if there is none
	number  int     // of the next
}

func (w *shelfWriter) fill(ctx context.Context) error {
	for r, err := range w.b.spool.read(w.shelf) {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if err := w.add(r); err != nil {
			return err
		}
	}
	return errors.Join(w.end(), w.b.spool.drop(w.shelf))
}

func (w *shelfWriter) add(r waiting) error {
	if w.shard != nil && w.shard.JSONL+int64(len(r.line)) >= w.b.ShardSize {
		if err := w.end(); err != nil {
			return err
		}
	}
	if w.shard == nil {
		if err := w.begin(); err != nil {
			return err
		}
	}
	if err := w.shard.line(r.line); err != nil {
		return err
	}
	return w.credits.line([]byte(w.shard.Path), []byte{'\t'}, r.row)
}

func (w *shelfWriter) begin() error {
	o, err := w.b.folder.create(fmt.Sprintf("%s%05d.jsonl.zst", w.shelf.prefix(), w.number))
	if err != nil {
		return err
	}
	w.number++
	o.License, o.Language = w.shelf.license, w.shelf.language
	w.z.Reset(o)
	w.shard = &packed{output: o, z: w.z}
	return nil
}

func (w *shelfWriter) end() error {
	if w.shard == nil {
		return nil
	}
	f, err := w.shard.finish()
	w.shard = nil
	w.b.files = append(w.b.files, f)
	return err
}

func (w *shelfWriter) abandon() error {
	if w.shard == nil {
		return nil
	}
	return w.shard.abandon()
}
