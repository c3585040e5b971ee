package storage

import "io"

// jsonl is one JSON object a line, UTF-8, as it is stored. A newline or U+2028 inside a text is escaped, so a line is a
// record.
type jsonl struct{ w io.Writer }

func newJSONL(w io.Writer, _ ExportOptions) sink { return jsonl{w} }

func (j jsonl) write(l Line) (bool, error) {
	if _, err := j.w.Write(l.JSON); err != nil {
		return false, err
	}
	_, err := j.w.Write(newline)
	return true, err
}

func (jsonl) close() error { return nil }

var newline = []byte{'\n'}
