package storage

import (
	"io"
	"time"

	"github.com/parquet-go/parquet-go"
)

// parquetFile has a column for each key of a record, typed, as null where the key is missing. Its row groups are bounded, since
// whoever writes or reads one holds it in memory.
type parquetFile struct {
	w           *parquet.GenericWriter[parquetRow]
	rows, bytes int // of the row group
}

// Bounds of a row group: rows, and bytes of records as JSON, of which the writer holds some copies.
const (
	maxGroupRows   = 50_000
	maxGroupOfJSON = 16 << 20
)

type parquetRow struct {
	ID          string             `parquet:"id"`
	URL         string             `parquet:"url,optional"`
	Agency      parquetAgency      `parquet:"agency"`
	Feed        string             `parquet:"feed,optional,dict"`
	AlsoIn      []parquetCarrier   `parquet:"also_in,list"`
	GUID        string             `parquet:"guid,optional"`
	Title       string             `parquet:"title,optional"`
	Summary     string             `parquet:"summary,optional"`
	Text        string             `parquet:"text,optional"`
	Authors     []string           `parquet:"authors,list"`
	Section     string             `parquet:"section,optional"`
	Tags        []string           `parquet:"tags,list"`
	Dateline    string             `parquet:"dateline,optional"`
	Published   *time.Time         `parquet:"published,optional,timestamp(millisecond)"`
	Updated     *time.Time         `parquet:"updated,optional,timestamp(millisecond)"`
	Fetched     *time.Time         `parquet:"fetched,optional,timestamp(millisecond)"`
	Language    string             `parquet:"language,optional,dict"`
	Images      []parquetImage     `parquet:"images,list"`
	License     *parquetLicense    `parquet:"license,optional"`
	Rights      []parquetRight     `parquet:"rights,list"`
	Attribution string             `parquet:"attribution,optional"`
	Hash        string             `parquet:"hash,optional"`
	BodyFrom    string             `parquet:"body_from,optional,dict"`
	Confidence  float64            `parquet:"confidence,optional"`
	DuplicateOf string             `parquet:"duplicate_of,optional"`
	Similarity  *parquetSimilarity `parquet:"similarity,optional"`
	Revision    int32              `parquet:"revision,optional"`
	Partial     string             `parquet:"partial,optional,dict"`
	Notice      *parquetNotice     `parquet:"notice,optional"`
}

// The structs of a record with other tags: one that gets another field does not convert any more, and does not compile.
type (
	parquetAgency struct {
		ID   string `parquet:"id,dict"`
		Name string `parquet:"name,optional,dict"`
		Home string `parquet:"home,optional,dict"`
	}
	parquetImage struct {
		URL     string `parquet:"url,optional"`
		Caption string `parquet:"caption,optional"`
		Credit  string `parquet:"credit,optional"`
	}
	parquetLicense struct {
		SPDX         string  `parquet:"spdx,optional,dict"`
		URL          string  `parquet:"url,optional,dict"`
		Version      string  `parquet:"version,optional,dict"`
		Jurisdiction string  `parquet:"jurisdiction,optional,dict"`
		Holder       string  `parquet:"holder,optional,dict"`
		Scope        string  `parquet:"scope,optional,dict"`
		Statement    string  `parquet:"statement,optional"`
		Evidence     string  `parquet:"evidence,optional,dict"`
		Confidence   float64 `parquet:"confidence,optional"`
		Status       string  `parquet:"status,optional,dict"`
	}
	parquetRight struct {
		Name     string `parquet:"name,optional"`
		Value    string `parquet:"value,optional"`
		Evidence string `parquet:"evidence,optional"`
	}
	parquetSimilarity struct {
		Kind        string  `parquet:"kind"`
		Jaccard     float64 `parquet:"jaccard"`
		Containment float64 `parquet:"containment"`
	}
	parquetNotice struct {
		Kind     string     `parquet:"kind"`
		Evidence string     `parquet:"evidence,optional"`
		At       *time.Time `parquet:"at,optional,timestamp(millisecond)"`
	}
	parquetCarrier struct {
		Agency    parquetAgency `parquet:"agency"`
		Feed      string        `parquet:"feed"`
		URL       string        `parquet:"url,optional"`
		GUID      string        `parquet:"guid,optional"`
		Published *time.Time    `parquet:"published,optional,timestamp(millisecond)"`
		FirstSeen *time.Time    `parquet:"first_seen,optional,timestamp(millisecond)"`
		LastSeen  *time.Time    `parquet:"last_seen,optional,timestamp(millisecond)"`
	}
)

func newParquet(w io.Writer, _ ExportOptions) sink {
	// The least and the greatest of free texts help no reader to skip a page, and are held until the end.
	return &parquetFile{w: parquet.NewGenericWriter[parquetRow](w, parquet.Compression(&parquet.Zstd), parquet.CreatedBy("dateline", "", ""),
		parquet.SkipPageBounds("text"), parquet.SkipPageBounds("summary"), parquet.SkipPageBounds("attribution"))}
}

func (p *parquetFile) write(l Line) (bool, error) {
	r, err := l.Record()
	if err != nil {
		return false, err
	}
	if _, err := p.w.Write([]parquetRow{r.parquetRow()}); err != nil {
		return false, err
	}
	p.rows, p.bytes = p.rows+1, p.bytes+len(l.JSON)
	if p.rows >= maxGroupRows || p.bytes >= maxGroupOfJSON {
		p.rows, p.bytes = 0, 0
		return true, p.w.Flush()
	}
	return true, nil
}

func (p *parquetFile) close() error { return p.w.Close() }

func (r *Record) parquetRow() parquetRow {
	row := parquetRow{
		ID: r.ID, URL: r.URL, Agency: parquetAgency(r.Agency), Feed: r.Feed, GUID: r.GUID, Title: r.Title, Summary: r.Summary, Text: r.Text,
		Authors: r.Authors, Section: r.Section, Tags: r.Tags, Dateline: r.Dateline,
		Published: parquetTime(r.Published), Updated: parquetTime(r.Updated), Fetched: parquetTime(r.Fetched), Language: r.Language,
		License: (*parquetLicense)(r.License), Attribution: r.Attribution, Hash: r.Hash, BodyFrom: r.BodyFrom, Confidence: r.Confidence,
		DuplicateOf: r.DuplicateOf, Similarity: (*parquetSimilarity)(r.Similarity), Revision: int32(r.Revision), Partial: r.Partial,
	}
	for _, c := range r.AlsoIn {
		row.AlsoIn = append(row.AlsoIn, parquetCarrier{
			Agency: parquetAgency(c.Agency), Feed: c.Feed, URL: c.URL, GUID: c.GUID,
			Published: parquetTime(c.Published), FirstSeen: parquetTime(c.FirstSeen), LastSeen: parquetTime(c.LastSeen),
		})
	}
	for _, i := range r.Images {
		row.Images = append(row.Images, parquetImage(i))
	}
	for _, right := range r.Rights {
		row.Rights = append(row.Rights, parquetRight(right))
	}
	if n := r.Notice; n != nil {
		row.Notice = &parquetNotice{Kind: n.Kind, Evidence: n.Evidence, At: parquetTime(n.At)}
	}
	return row
}

// parquetTime is null for a time that is not known.
func parquetTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
