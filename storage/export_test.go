package storage_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// put stores a record as it is.
func put(t *testing.T, s *storage.Store, d storage.Draft, text string) {
	t.Helper()
	poll(t, s, d.Record.Feed, d)
	store(t, s, d, text)
}

func TestFilter(t *testing.T) {
	s := newStore(t)
	add := func(agencyID, language, spdx, status string, published time.Time) string {
		url := fmt.Sprintf("http://%s.example/%s/%s/%s/%d", agencyID, language, spdx, status, published.Unix())
		d := draft(agencyID, "http://"+agencyID+".example/rss", url, url, published)
		d.Record.Language = language
		if spdx != "" {
			d.Record.License = &storage.License{SPDX: spdx, Status: status}
		}
		put(t, s, d, long(url))
		return d.Record.ID
	}
	name := map[string]string{
		add("a", "en", "CC-BY-4.0", "verified", now):                                  "1",
		add("a", "en-GB", "CC-BY-NC-4.0", "verified", now.Add(time.Second)):           "2",
		add("b", "fa", "", "", now.Add(2*time.Second)):                                "3",
		add("b", "eng", "CC-BY-SA-3.0", "conflict", now.Add(3*time.Second)):           "4",
		add("c", "zh-Hant", "CC0-1.0", "asserted", now.Add(4*time.Second)):            "5",
		add("c", "de", "LicenseRef-cc-by-3.0-gr", "verified", now.Add(5*time.Second)): "6",
		add("c", "de", "CC-BY-ND-4.0", "verified", now.Add(6*time.Second)):            "7",
		add("d", "de", "", "", time.Time{}):                                           "8",
	}
	tests := []struct {
		what   string
		filter storage.Filter
		want   string
	}{
		{"everything, undated first", storage.Filter{}, "81234567"},
		{"an agency", storage.Filter{Agencies: []string{"a"}}, "12"},
		{"two agencies", storage.Filter{Agencies: []string{"b", "d"}}, "834"},
		{"an unknown agency", storage.Filter{Agencies: []string{"z"}}, ""},
		{"since is included", storage.Filter{Since: now.Add(4 * time.Second)}, "567"},
		{"since between two seconds", storage.Filter{Since: now.Add(4*time.Second + time.Millisecond)}, "67"},
		{"until is not", storage.Filter{Until: now.Add(2 * time.Second)}, "12"},
		{"both", storage.Filter{Since: now.Add(time.Second), Until: now.Add(3 * time.Second)}, "23"},
		{"nothing between", storage.Filter{Since: now.Add(3 * time.Second), Until: now}, ""},
		{"a language with its regions", storage.Filter{Language: "EN"}, "12"},
		{"a region", storage.Filter{Language: "en-gb"}, "2"},
		{"a licence", storage.Filter{License: "cc-by-4.0"}, "1"},
		{"open licences", storage.Filter{License: storage.OpenLicenses}, "156"},
		{"all at once", storage.Filter{Agencies: []string{"a"}, Language: "en", License: "open", Since: now}, "1"},
	}
	for _, tt := range tests {
		got := ""
		for r, err := range s.Records(t.Context(), tt.filter) {
			if err != nil {
				t.Fatal(err)
			}
			got += name[r.ID]
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.what, got, tt.want)
		}
	}
	storagetest.Check(t, s)
}

// TestRecordsWhileWriting reads more than one slice while records are stored.
func TestRecordsWhileWriting(t *testing.T) {
	s := newStore(t)
	const n = 700
	for i := range n {
		put(t, s, draft("a", feedA, fmt.Sprint("http://a.example/", i), fmt.Sprint(i), now.Add(time.Duration(i)*time.Minute)), long(fmt.Sprint(i)))
	}
	seen := map[string]bool{}
	last := time.Time{}
	for r, err := range s.Records(t.Context(), storage.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if seen[r.ID] || r.Published.Before(last) {
			t.Fatalf("%s: twice, or out of order", r.ID)
		}
		seen[r.ID], last = true, r.Published
		if len(seen)%100 == 0 {
			put(t, s, draft("b", feedB, fmt.Sprint("http://b.example/", len(seen)), "B", now.AddDate(0, 0, -len(seen))), long(fmt.Sprint("b", len(seen))))
		}
	}
	if len(seen) != n {
		t.Errorf("%d of %d records", len(seen), n)
	}
}

// TestAttack39LineIsARecord puts what breaks lines and JSON into every field of a record.
func TestAttack39LineIsARecord(t *testing.T) {
	nasty := "a\nb\r\"\\ \u2028\u2029\u0085 <&> \x00 ا\u200cب"
	r := storage.Record{ID: "x", Published: now, Fetched: now, Revision: 3}
	fill(reflect.ValueOf(&r).Elem(), nasty)
	line, err := r.Line()
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"\n", "\r", "\u2028", "\u2029"} {
		if strings.Contains(string(line), bad) {
			t.Errorf("the line holds %q", bad)
		}
	}
	if !strings.Contains(string(line), "<&>") {
		t.Error("<, & and > are escaped, which no reader of JSONL needs")
	}
	var back storage.Record
	if err := json.Unmarshal(line, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(r, back) {
		t.Errorf("came back as %+v", back)
	}
	r.Title = "\xff\xfe"
	if line, err = r.Line(); err != nil || !json.Valid(line) {
		t.Errorf("invalid UTF-8: %s, %v", line, err)
	}
}

// fill sets all strings below a value.
func fill(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(7)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(1.0 / 3)
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]int{s: 7}))
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), s)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), s)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), s)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(now))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), s)
		}
	}
}

// TestKeysOfALine holds the keys and their order to the promise, and wants none that is empty.
func TestKeysOfALine(t *testing.T) {
	r := storage.Record{Confidence: 0.5, Revision: 1}
	fill(reflect.ValueOf(&r).Elem(), "x")
	promise := `id url agency feed also_in guid title summary text authors section tags dateline published updated fetched
		language images license rights attribution hash body_from confidence duplicate_of similarity revision partial notice`
	if got, want := topKeys(t, &r), strings.Join(strings.Fields(promise), " "); got != want {
		t.Errorf("keys\n %s, want\n %s", got, want)
	}
	if got := topKeys(t, &storage.Record{ID: "x"}); got != "id agency" {
		t.Errorf("keys of an empty record: %s", got)
	}
}

func topKeys(t *testing.T, r *storage.Record) string {
	t.Helper()
	line, err := r.Line()
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(strings.NewReader(string(line)))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key.(string))
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return strings.Join(keys, " ")
}

func TestExportNamesAnUnknownFormat(t *testing.T) {
	s := newStore(t)
	_, err := storage.Export(&strings.Builder{}, "xls", s.Records(t.Context(), storage.Filter{}))
	if err == nil || !strings.Contains(err.Error(), "xls") || !strings.Contains(err.Error(), "jsonl") {
		t.Errorf("%v", err)
	}
}

// FuzzAttack39Line: whatever a record's fields hold, its line is one line of valid JSON that reads back as the same record.
func FuzzAttack39Line(f *testing.F) {
	f.Add("a\nb", "\u2028\u2029", "\xff\xfe\x00")
	f.Fuzz(func(t *testing.T, title, text, tag string) {
		r := storage.Record{ID: "x", Title: title, Text: text, Tags: []string{tag}}
		line, err := r.Line()
		if err != nil || !json.Valid(line) || strings.ContainsAny(string(line), "\n\r\u2028\u2029") {
			t.Fatalf("%q, %v", line, err)
		}
		var back storage.Record
		if err := json.Unmarshal(line, &back); err != nil {
			t.Fatal(err)
		}
		if utf8.ValidString(title) && utf8.ValidString(text) && utf8.ValidString(tag) && !reflect.DeepEqual(back, r) {
			t.Errorf("%+v came back as %+v", r, back)
		}
	})
}
