package storage

import (
	"embed"
	"encoding/json"
	"fmt"
	"runtime"

	"github.com/klauspost/compress/zstd"
)

// A packed row is a zstd frame without its four magic bytes, made with a dictionary whose number stands in the frame. A
// row that is JSON as it is begins with a brace or a bracket, which no frame does: bit 3 of its first byte is
// reserved and zero. So both are read alike, wherever a row may be either.
//
// Dictionaries are for ever: a frame names the one that it was made with. A better one gets the next number and is added to
// dictionaries; the older ones stay for what they packed. dict_test.go says how they were trained.

//go:embed dict/*.zdict
var dictFiles embed.FS

// dictionaries are the files by number, which are those that zstd leaves to private use: 0x8000, the kind of row, and
// from 1 on its version.
var dictionaries = map[uint32]string{
	dictRecord: "dict/record-1.zdict",
	dictRow:    "dict/row-1.zdict",
}

const (
	dictRecord = 0x8101 // records with what is known of how they came to be
	dictRow    = 0x8201 // rows of the ledger, stories, drafts
)

const (
	// maxUnpacked is what one frame may unpack to, whatever it says of itself.
	maxUnpacked = 64 << 20

	// packWindow bounds how far back a match may lie, and with it an encoder's memory. Texts are rarely as long.
	packWindow = 256 << 10
)

// packFrom is the length from which a row of JSON is worth a frame. A draft is gone as soon as its page has come, and most
// of a story with it.
func packFrom(bucket string) int {
	switch bucket {
	case bucketPending:
		return 4 << 10
	case bucketStories:
		return 8 << 10
	default:
		return 1 << 10
	}
}

// errUnpack is a packed row that can't be read as it was written.
var errUnpack = fmt.Errorf("%w: it can't be unpacked", errDecode)

// codec packs and unpacks rows. It may be used by many goroutines.
type codec struct {
	encoders map[uint32]*zstd.Encoder
	decoder  *zstd.Decoder
}

// theCodec never changes. It holds the dictionaries and spare buffers, which are handed around in channels: they are made
// when the program starts, in half a millisecond, because channels that a test's bubble made could not be used outside it.
var theCodec, errCodec = newCodec()

func newCodec() (*codec, error) {
	c := &codec{encoders: map[uint32]*zstd.Encoder{}}
	workers := min(runtime.GOMAXPROCS(0), 8)
	var dicts [][]byte
	for id, name := range dictionaries {
		dict, err := dictFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		dicts = append(dicts, dict)
		level := zstd.SpeedDefault // SpeedBetterCompression saves 2 % and takes two and a half times as long
		if id == dictRow {
			level = zstd.SpeedFastest
		}
		c.encoders[id], err = zstd.NewWriter(nil, zstd.WithEncoderDict(dict), zstd.WithEncoderLevel(level), zstd.WithWindowSize(packWindow),
			zstd.WithEncoderConcurrency(workers), zstd.WithEncoderCRC(id == dictRecord), zstd.WithLowerEncoderMem(true), zstd.WithSingleSegment(true))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		c.encoders[id].EncodeAll(nil, nil) // makes its channel; its tables wait for the first row
	}
	var err error
	c.decoder, err = zstd.NewReader(nil, zstd.WithDecoderDicts(dicts...), zstd.WithDecoderConcurrency(workers),
		zstd.WithDecoderMaxMemory(maxUnpacked), zstd.WithDecoderLowmem(true))
	return c, err
}

// magic begins a frame elsewhere.
const magic = "\x28\xb5\x2f\xfd"

// pack makes a row of a payload.
func pack(dict uint32, payload []byte) ([]byte, error) {
	if errCodec != nil {
		return nil, errCodec
	}
	if len(payload) > maxUnpacked {
		return nil, fmt.Errorf("too large to be stored: %d bytes", len(payload))
	}
	frame := theCodec.encoders[dict].EncodeAll(payload, make([]byte, 0, len(payload)/2+64))
	return frame[len(magic):], nil
}

// packed says whether a row is a frame.
func packed(row []byte) bool { return len(row) > 0 && row[0]&(1<<3) == 0 }

// unpack gives a row's payload. One that is not packed is its own.
func unpack(row []byte) ([]byte, error) {
	if !packed(row) {
		return row, nil
	}
	if errCodec != nil {
		return nil, errCodec
	}
	frame := append(append(make([]byte, 0, len(magic)+len(row)), magic...), row...)
	var head zstd.Header
	if err := head.Decode(frame); err != nil {
		return nil, fmt.Errorf("%w: %w", errUnpack, err)
	}
	size := head.FrameContentSize
	if !head.HasFCS || size > maxUnpacked {
		return nil, fmt.Errorf("%w: it says that it has %d bytes", errUnpack, size)
	}
	// Room is given as bytes are unpacked: a frame that only says that it is large gets none. The ratio is what text reaches.
	payload, err := theCodec.decoder.DecodeAll(frame, make([]byte, 0, min(size+1, uint64(16*len(row)))))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnpack, err)
	}
	return payload, nil
}

// Unpack gives what is in a packed row. One that is not packed is its own.
func Unpack(row []byte) ([]byte, error) { return unpack(row) }

// Decode reads a bucket's row into v, which is a pointer to what the package comment says the bucket holds. It is for who
// looks at the buckets themselves.
func Decode(t Tx, bucket string, row Row, v any) (err error) {
	if l, ok := v.(*Listing); ok {
		*l, err = tx{Tx: t}.readListing(row)
		return err
	}
	payload, err := unpack(row.Value)
	if bucket == bucketRecords {
		payload, _, err = unframe(row.Value)
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(payload, v)
}
