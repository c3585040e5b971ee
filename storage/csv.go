package storage

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"
)

// csv is RFC 4180 with a header: each field quoted, lines that end with CRLF. Lists are JSON. What a spreadsheet would take
// for a formula has an apostrophe before it, so whoever wants texts byte for byte reads another format.
type csv struct {
	w      io.Writer
	headed bool
	line   []byte
}

// csvColumns are the header and what stands below it.
var csvColumns = []struct {
	name  string
	value func(*Record) string
}{
	{"id", func(r *Record) string { return r.ID }},
	{"url", func(r *Record) string { return r.URL }},
	{"agency", func(r *Record) string { return r.Agency.ID }},
	{"agency_name", func(r *Record) string { return r.Agency.Name }},
	{"agency_home", func(r *Record) string { return r.Agency.Home }},
	{"feed", func(r *Record) string { return r.Feed }},
	{"also_in", func(r *Record) string { return jsonList(r.AlsoIn) }},
	{"guid", func(r *Record) string { return r.GUID }},
	{"title", func(r *Record) string { return r.Title }},
	{"summary", func(r *Record) string { return r.Summary }},
	{"text", func(r *Record) string { return r.Text }},
	{"authors", func(r *Record) string { return jsonList(r.Authors) }},
	{"section", func(r *Record) string { return r.Section }},
	{"tags", func(r *Record) string { return jsonList(r.Tags) }},
	{"dateline", func(r *Record) string { return r.Dateline }},
	{"published", func(r *Record) string { return csvTime(r.Published) }},
	{"updated", func(r *Record) string { return csvTime(r.Updated) }},
	{"fetched", func(r *Record) string { return csvTime(r.Fetched) }},
	{"language", func(r *Record) string { return r.Language }},
	{"images", func(r *Record) string { return jsonList(r.Images) }},
	{"license", func(r *Record) string { return r.licensed().SPDX }},
	{"license_url", func(r *Record) string { return r.licensed().URL }},
	{"license_holder", func(r *Record) string { return r.licensed().Holder }},
	{"license_status", func(r *Record) string { return r.licensed().Status }},
	{"rights", func(r *Record) string { return jsonList(r.Rights) }},
	{"attribution", func(r *Record) string { return r.Attribution }},
	{"hash", func(r *Record) string { return r.Hash }},
	{"body_from", func(r *Record) string { return r.BodyFrom }},
	{"confidence", func(r *Record) string { return strconv.FormatFloat(r.Confidence, 'f', -1, 64) }},
	{"duplicate_of", func(r *Record) string { return r.DuplicateOf }},
	{"revision", func(r *Record) string { return strconv.Itoa(r.Revision) }},
	{"partial", func(r *Record) string { return r.Partial }},
	{"notice", func(r *Record) string { return r.noticed().Kind }},
}

func newCSV(w io.Writer, _ ExportOptions) sink { return &csv{w: w} }

func (c *csv) write(l Line) (bool, error) {
	r, err := l.Record()
	if err != nil {
		return false, err
	}
	if err := c.head(); err != nil {
		return false, err
	}
	for _, column := range csvColumns {
		c.field(harmless(column.value(&r)))
	}
	return true, c.end()
}

func (c *csv) close() error { return c.head() }

// head writes the header once.
func (c *csv) head() error {
	if c.headed {
		return nil
	}
	c.headed = true
	for _, column := range csvColumns {
		c.field(column.name)
	}
	return c.end()
}

// field adds a quoted field: a spreadsheet that parts fields by semicolons keeps it whole too.
func (c *csv) field(s string) {
	if len(c.line) > 0 {
		c.line = append(c.line, ',')
	}
	c.line = append(c.line, '"')
	c.line = append(c.line, strings.ReplaceAll(s, `"`, `""`)...)
	c.line = append(c.line, '"')
}

func (c *csv) end() error {
	_, err := c.w.Write(append(c.line, "\r\n"...))
	c.line = c.line[:0]
	return err
}

// harmless makes a stranger's text one for every spreadsheet: they run what begins like a formula, some after blanks and
// some with full-width signs. A NUL ends a field in many readers.
func harmless(s string) string {
	s = strings.ReplaceAll(s, "\x00", "\ufffd")
	bare := strings.TrimLeftFunc(s, func(r rune) bool { return r <= ' ' || r == '\u00a0' || r == '\ufeff' || r == '\u3000' || r == '\u200b' })
	if bare != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(bare[:min(len(bare), 4)])[0]) || strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "\r") {
		return "'" + s
	}
	return s
}

// licensed is the licence, or one that says nothing.
func (r *Record) licensed() License {
	if r.License == nil {
		return License{}
	}
	return *r.License
}

// noticed is the notice, or one that says nothing.
func (r *Record) noticed() Notice {
	if r.Notice == nil {
		return Notice{}
	}
	return *r.Notice
}

func jsonList[T any](list []T) string {
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(list); err != nil {
		return "" // unreachable: records are made of strings
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func csvTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
