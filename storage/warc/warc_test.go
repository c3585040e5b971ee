package warc

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// warcRecords are one of each kind that dateline writes, and a large one.
func warcRecords() []Record {
	at := time.Date(2026, 11, 25, 18, 30, 0, 123456000, time.UTC)
	head := []byte("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
	noise := make([]byte, 200_000)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	return []Record{
		{Type: Info, ID: NewID(), Date: at, ContentType: "application/warc-fields", Payload: []byte("software: dateline\r\n")},
		{Type: Response, ID: NewID(), Date: at, Target: "http://news.example/1", ContentType: "application/http; msgtype=response",
			Head: head, Payload: []byte("<p>hello")},
		{Type: Response, ID: NewID(), Date: at, Target: "http://news.example/2", ContentType: "application/http; msgtype=response",
			Fields: []Field{{"WARC-Truncated", TruncatedLength}}, Head: head, Payload: noise, Coded: true},
		{Type: Metadata, ID: NewID(), Date: at, Target: "http://news.example/1", ContentType: "application/json", Payload: []byte("{}")},
		{Type: Revisit, ID: NewID(), Date: at, Target: "http://news.example/1", ContentType: "application/http; msgtype=response",
			Fields: []Field{{"WARC-Profile", NotModified}}, Head: []byte("HTTP/1.1 304 Not Modified\r\n\r\n")},
	}
}

// warcFile writes records one behind the other, and gives where each begins and the end.
func warcFile(t testing.TB, records []Record) (file []byte, offsets []int64) {
	t.Helper()
	var e Encoder
	for i := range records {
		offsets = append(offsets, int64(len(file)))
		var err error
		if file, err = e.Append(file, &records[i]); err != nil {
			t.Fatal(err)
		}
	}
	return file, append(offsets, int64(len(file)))
}

// readAll reads a file to its end, and says what ended it.
func readAll(r *Reader) (entries []*Entry, blocks []string, err error) {
	for {
		e, err := r.Next()
		if err != nil {
			return entries, blocks, err
		}
		b, err := io.ReadAll(e.Block)
		if err != nil {
			return entries, blocks, err
		}
		entries, blocks = append(entries, e), append(blocks, string(b))
	}
}

func TestRecordsComeBack(t *testing.T) {
	records := warcRecords()
	file, offsets := warcFile(t, records)
	entries, blocks, err := readAll(NewReader(bytes.NewReader(file), 0))
	if err != io.EOF || len(entries) != len(records) {
		t.Fatalf("%d records, then %v", len(entries), err)
	}
	for i, e := range entries {
		r := records[i]
		if e.Offset != offsets[i] || e.Header.Get("WARC-Type") != r.Type || e.Header.Target() != r.Target || !e.Header.Date().Equal(r.Date) {
			t.Errorf("record %d: got %+v", i, e)
		}
		if blocks[i] != string(r.Head)+string(r.Payload) {
			t.Errorf("record %d: another block", i)
		}
		if !e.Header.Sound([]byte(blocks[i])) || e.Header.Sound([]byte(blocks[i]+"x")) {
			t.Errorf("record %d: the digest does not tell its block from another", i)
		}
	}
}

func TestARecordIsReadFromItsOffset(t *testing.T) {
	records := warcRecords()
	file, offsets := warcFile(t, records)
	for i := range records {
		e, err := NewReader(bytes.NewReader(file[offsets[i]:]), offsets[i]).Next()
		if err != nil || e.Header.Get("WARC-Record-ID") != records[i].ID || e.Offset != offsets[i] {
			t.Errorf("record %d: %+v, %v", i, e, err)
		}
	}
}

// A file that ends anywhere gives the records before, and says where the whole part ends.
func TestTornTail(t *testing.T) {
	records := warcRecords()
	records[2].Payload = records[2].Payload[:2000]
	file, offsets := warcFile(t, records)
	for cut := range file {
		r := NewReader(bytes.NewReader(file[:cut]), 0)
		entries, _, err := readAll(r)
		whole := 0
		for offsets[whole+1] <= int64(cut) {
			whole++
		}
		if int64(cut) == offsets[whole] {
			if err != io.EOF {
				t.Fatalf("cut at %d, between records: %v", cut, err)
			}
			continue
		}
		if len(entries) != whole && len(entries) != whole+1 || !errors.Is(err, ErrTorn) {
			t.Fatalf("cut at %d: %d records of %d, then %v", cut, len(entries), whole, err)
		}
		if r.Offset() != offsets[whole] {
			t.Fatalf("cut at %d: whole to %d, want %d", cut, r.Offset(), offsets[whole])
		}
	}
}

func TestAFlippedByteIsSeen(t *testing.T) {
	records := warcRecords()
	records[2].Payload = records[2].Payload[:2000]
	file, _ := warcFile(t, records)
	same, _, _ := readAll(NewReader(bytes.NewReader(file), 0))
	for at := range file {
		file[at] ^= 0x40
		entries, blocks, err := readAll(NewReader(bytes.NewReader(file), 0))
		file[at] ^= 0x40
		if err != io.EOF {
			continue
		}
		// A gzip head says a few things that nobody reads: time, system, flags of the compressor.
		for i, e := range entries {
			if !e.Header.Sound([]byte(blocks[i])) || e.Header.Get("WARC-Record-ID") != same[i].Header.Get("WARC-Record-ID") {
				t.Fatalf("byte %d: what it changed was not seen", at)
			}
		}
	}
}

// What was erased is a record of the same length that nothing can be read from, and the others stay.
func TestFiller(t *testing.T) {
	records := warcRecords()
	file, offsets := warcFile(t, records)
	for i := range records {
		var b bytes.Buffer
		if err := WriteFiller(&b, offsets[i+1]-offsets[i]); err != nil {
			t.Fatal(err)
		}
		erased := append([]byte{}, file...)
		if n := copy(erased[offsets[i]:], b.Bytes()); n != b.Len() || int64(n) != offsets[i+1]-offsets[i] {
			t.Fatalf("record %d: %d bytes in place of %d", i, b.Len(), offsets[i+1]-offsets[i])
		}
		entries, _, err := readAll(NewReader(bytes.NewReader(erased), 0))
		if err != io.EOF || len(entries) != len(records) || entries[i].Header.Target() != "" {
			t.Fatalf("record %d erased: %d records, then %v", i, len(entries), err)
		}
	}
}

func TestFillerOfAnyLength(t *testing.T) {
	lengths := []int64{leastMember, leastMember + 1, 1_000_000}
	for n := int64(65500); n < 65700; n++ {
		lengths = append(lengths, n, 2*n, 3*n)
	}
	for _, n := range lengths {
		var b bytes.Buffer
		if err := WriteFiller(&b, n); err != nil || int64(b.Len()) != n {
			t.Fatalf("%d bytes: %d, %v", n, b.Len(), err)
		}
		z, err := gzip.NewReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		if entries, _, err := readAll(NewReader(z, 0)); err != io.EOF || len(entries) != 1 {
			t.Fatalf("%d bytes: %d records, %v", n, len(entries), err)
		}
	}
	if err := WriteFiller(io.Discard, 60); !errors.Is(err, errShort) {
		t.Errorf("60 bytes: %v", err)
	}
}

// Every record is long enough to be erased.
func TestSmallRecordsCanBeErased(t *testing.T) {
	file, _ := warcFile(t, []Record{{Type: Metadata, ID: NewID(), Date: time.Unix(0, 0)}})
	if err := WriteFiller(io.Discard, int64(len(file))); err != nil {
		t.Error(err)
	}
}

func TestFieldsStayOnTheirLine(t *testing.T) {
	for _, target := range []string{"http://a.example/\r\nWARC-Type: response", "http://a.example/" + strings.Repeat("x", maxHead)} {
		r := Record{Type: Response, ID: NewID(), Target: target}
		if b, err := new(Encoder).Append([]byte("before"), &r); err == nil || string(b) != "before" {
			t.Errorf("target %.40q: %v", target, err)
		}
	}
}

// Files of others: plain ones, and whole files in one gzip stream.
func TestForeignFiles(t *testing.T) {
	var plain bytes.Buffer
	for i := range 3 {
		fmt.Fprintf(&plain, "WARC/1.0\r\nwarc-type: response\r\nWARC-Target-URI: <http://a.example/%d>\r\nWARC-Date: 2016-01-02T03:04:05Z\r\n"+
			"Content-Length: 5\r\n\r\nhello\r\n\r\n", i)
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write(plain.Bytes())
	z.Close()
	for name, file := range map[string][]byte{"plain": plain.Bytes(), "one stream": zipped.Bytes()} {
		entries, blocks, err := readAll(NewReader(bytes.NewReader(file), 0))
		if err != io.EOF || len(entries) != 3 {
			t.Fatalf("%s: %d records, %v", name, len(entries), err)
		}
		last := entries[2]
		if last.Header.Target() != "http://a.example/2" || last.Header.Date().Year() != 2016 || blocks[2] != "hello" {
			t.Errorf("%s: got %+v", name, last)
		}
	}
}

func FuzzReader(f *testing.F) {
	records := warcRecords()
	records[2].Payload = records[2].Payload[:100]
	file, offsets := warcFile(f, records)
	f.Add(file)
	f.Add(file[:offsets[2]+30])
	f.Add([]byte("WARC/1.0\r\nContent-Length: 5\r\n\r\nhello\r\n\r\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		r := NewReader(bytes.NewReader(file), 0)
		for {
			e, err := r.Next()
			if err != nil {
				return
			}
			if _, err := io.CopyN(io.Discard, e.Block, 1<<20); err == nil {
				return // a bomb: the reader above bounds what it takes
			}
		}
	})
}
