package storage

import (
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Format is how an export is written.
type Format struct {
	Name        string // one of [Formats]
	Compression string // gz or zst; empty: none
}

func (f Format) String() string { return strings.TrimSuffix(f.Name+"."+f.Compression, ".") }

// Binary says whether a terminal can't show it.
func (f Format) Binary() bool { return f.Compression != "" || f.Name == "parquet" }

// ParseFormat reads a format's name, with the compression after a dot if there is one: parquet, jsonl.zst.
func ParseFormat(name string) (Format, error) {
	format, compression, compressed := strings.Cut(name, ".")
	if !slices.Contains(Formats, format) || compressed && !slices.Contains(compressions, compression) {
		return Format{}, fmt.Errorf("format %q is unknown: expected %s, perhaps with .%s", name, strings.Join(Formats, ", "), strings.Join(compressions, " or ."))
	}
	return Format{format, compression}, nil
}

// FormatOf is the format that a file's name ends in. One that says nothing is JSONL.
func FormatOf(file string) Format {
	name, f := strings.ToLower(file), Format{Name: "jsonl"}
	if ext := strings.TrimPrefix(path.Ext(name), "."); slices.Contains(compressions, ext) {
		f.Compression = ext
		name = strings.TrimSuffix(name, "."+ext)
	}
	switch path.Ext(name) {
	case ".jsonl", ".ndjson", ".json":
		if path.Ext(strings.TrimSuffix(name, path.Ext(name))) == ".dolma" {
			f.Name = "dolma"
		}
	case ".dolma":
		f.Name = "dolma"
	case ".parquet":
		f.Name = "parquet"
	case ".csv":
		f.Name = "csv"
	case ".atom", ".xml":
		f.Name = "atom"
	}
	return f
}

var compressions = []string{"gz", "zst"}

// compressed gives what is written to it to w; Close ends the stream and leaves w open. The same bytes give the same bytes.
func compressed(w io.Writer, compression string) (io.WriteCloser, error) {
	switch compression {
	case "gz":
		return gzip.NewWriterLevel(w, gzip.DefaultCompression)
	case "zst":
		return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(4<<20))
	default:
		return plain{w}, nil
	}
}

type plain struct{ io.Writer }

func (plain) Close() error { return nil }

// linesOf are records as lines.
func linesOf(records iter.Seq2[Record, error]) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for r, err := range records {
			l := Line{ID: r.ID}
			if err == nil {
				l.JSON, err = r.Line()
			}
			if !yield(l, err) || err != nil {
				return
			}
		}
	}
}
