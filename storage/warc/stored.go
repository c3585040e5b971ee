package warc

import (
	"encoding/binary"
	"hash/crc32"
	"io"
)

// What a gzip member costs beside its content, in bytes (RFC 1952, RFC 1951 section 3.2.4).
const (
	memberEnds  = 18    // its head and tail
	storedHead  = 5     // of a stored block
	storedBlock = 65535 // the most that one holds
)

// stored writes a gzip member of n bytes from r in so many stored blocks, some of them empty perhaps: its length is known
// beforehand, which a compressor's is not.
func stored(w io.Writer, n, blocks int64, r io.Reader) error {
	if _, err := w.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}); err != nil {
		return err
	}
	sum := crc32.NewIEEE()
	buf := make([]byte, min(n, storedBlock))
	for left := n; blocks > 0; blocks-- {
		part := buf[:min(left, int64(len(buf)))]
		if _, err := io.ReadFull(r, part); err != nil {
			return err
		}
		left -= int64(len(part))
		head := []byte{0}
		if blocks == 1 {
			head[0] = 1 // the last one
		}
		head = binary.LittleEndian.AppendUint16(head, uint16(len(part)))
		head = binary.LittleEndian.AppendUint16(head, ^uint16(len(part)))
		for _, b := range [][]byte{head, part} {
			if _, err := w.Write(b); err != nil {
				return err
			}
		}
		sum.Write(part)
	}
	end := binary.LittleEndian.AppendUint32(nil, sum.Sum32())
	_, err := w.Write(binary.LittleEndian.AppendUint32(end, uint32(n)))
	return err
}
