package storage

import (
	"bufio"
	"io"
	"iter"
)

// exportJSONL writes one JSON object a line, UTF-8. A newline or U+2028 inside a text is escaped, so a line is a
// record.
func exportJSONL(w io.Writer, records iter.Seq2[Record, error]) (n int, err error) {
	b := bufio.NewWriterSize(w, 64<<10)
	for r, err := range records {
		if err != nil {
			return n, err
		}
		line, err := r.Line()
		if err != nil {
			return n, err
		}
		if _, err := b.Write(append(line, '\n')); err != nil {
			return n, err
		}
		n++
	}
	return n, b.Flush()
}
