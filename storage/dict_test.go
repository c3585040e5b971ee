package storage

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/dict"
	"github.com/klauspost/compress/zstd"
)

// The dictionaries hold no sentence of anybody's: they are trained on records that are made here, of common words and
// turns of phrase in fifteen languages (testdata/words) and of the names and addresses of the catalogue. After a change of
// what records look like:
//
//	go test ./storage -run TestDictionaries -train
//
// and give what comes out the next numbers in codec.go, if the ones there were ever released.
var train = flag.Bool("train", false, "train the dictionaries of the codec again, and write them to storage/dict")

// sampler makes records out of words.
type sampler struct {
	rnd      *rand.Rand
	words    map[string][]string // by language
	langs    []string
	agencies []Agency
	feeds    map[string][]string
}

var catalogueLine = regexp.MustCompile(`(?m)^(id|name|home) = "([^"]*)"|"(https?://[^"]*)"`)

func newSampler(t *testing.T, seed uint64) *sampler {
	t.Helper()
	s := &sampler{rnd: rand.New(rand.NewPCG(seed, 1)), words: map[string][]string{}, feeds: map[string][]string{}}
	files, err := filepath.Glob("testdata/words/*.txt")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files of words, %v", len(files), err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lang := strings.TrimSuffix(filepath.Base(file), ".txt")
		s.words[lang] = strings.Split(strings.TrimSpace(string(b)), "\n")
		s.langs = append(s.langs, lang)
	}
	catalogue, err := filepath.Glob("../config/catalog/*.toml")
	if err != nil || len(catalogue) == 0 {
		t.Fatalf("no catalogue: %v", err)
	}
	for _, file := range catalogue {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var a Agency
		for _, m := range catalogueLine.FindAllSubmatch(b, -1) {
			switch v := string(m[2]); string(m[1]) {
			case "id":
				a.ID = v
			case "name":
				a.Name = v
			case "home":
				a.Home = v
			default:
				s.feeds[a.ID] = append(s.feeds[a.ID], string(m[3]))
			}
		}
		if a.ID != "" && len(s.feeds[a.ID]) > 0 {
			s.agencies = append(s.agencies, a)
		}
	}
	return s
}

func (s *sampler) one(of ...string) string { return of[s.rnd.IntN(len(of))] }

// phrase is some words of a language. Those at the head of a list are met more often.
func (s *sampler) phrase(lang string, n int) string {
	var b strings.Builder
	list := s.words[lang]
	for i := range n {
		if i > 0 && lang != "zh" && lang != "ja" {
			b.WriteByte(' ')
		}
		switch s.rnd.IntN(8) {
		case 0: // what no dictionary knows: a name, a number
			b.WriteString(s.name())
		case 1:
			fmt.Fprint(&b, s.rnd.IntN(2000))
		default:
			b.WriteString(list[s.rnd.IntN(len(list))])
		}
	}
	return b.String()
}

func (s *sampler) name() string {
	var b strings.Builder
	for range 2 + s.rnd.IntN(2) {
		b.WriteByte("bcdfghjklmnprstvwz"[s.rnd.IntN(18)])
		b.WriteByte("aeiou"[s.rnd.IntN(5)])
	}
	return strings.ToUpper(b.String()[:1]) + b.String()[1:]
}

func (s *sampler) text(lang string) string {
	var paragraphs []string
	for range 3 + s.rnd.IntN(8) {
		var b strings.Builder
		for range 1 + s.rnd.IntN(4) {
			b.WriteString(s.phrase(lang, 3+s.rnd.IntN(8)) + ". ")
		}
		paragraphs = append(paragraphs, strings.TrimSpace(b.String()))
	}
	return strings.Join(paragraphs, "\n\n")
}

// record makes a record and the story behind it.
func (s *sampler) record() (*Record, *tail) {
	lang := "en"
	if s.rnd.IntN(2) == 0 {
		lang = s.langs[s.rnd.IntN(len(s.langs))]
	}
	agency := s.agencies[s.rnd.IntN(len(s.agencies))]
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(s.rnd.Int64N(1e8)) * time.Second)
	number := s.rnd.IntN(9_000_000)
	url := fmt.Sprint(agency.Home, s.one("news/", "en/", "article/", "world/", "politics/"), number, "/", strings.ReplaceAll(s.phrase("en", 3), " ", "-"))
	r := &Record{
		ID: ID(agency.ID, url), URL: url, Agency: agency, Feed: s.one(s.feeds[agency.ID]...), GUID: s.one(url, fmt.Sprint(number), agency.Home+"?p="+fmt.Sprint(number)),
		Title: s.phrase(lang, 4), Summary: s.phrase(lang, 8), Text: s.text(lang), Authors: []string{s.name() + " " + s.name()},
		Section: s.one("World", "Politics", "Economy", "Sport", "Culture", "News"), Tags: []string{s.phrase(lang, 1), s.phrase(lang, 1)},
		Dateline: s.one("TEHRAN", "LONDON", "", "", ""), Published: at, Fetched: at.Add(time.Hour), Language: lang,
		Images: []Image{{URL: fmt.Sprint(agency.Home, "images/", at.Format("2006/01/02/"), number, ".jpg"), Caption: s.phrase(lang, 3), Credit: s.name()}},
		Hash:   "sha256:" + strings.Repeat("0", 64), BodyFrom: s.one("rule", "json-ld", "generic", "feed"), Confidence: 0.96, Revision: 1,
	}
	r.License = s.license(&agency)
	r.Rights = []Right{{Name: "tdm-reservation", Value: s.one("0", "1"), Evidence: "meta"}, {Name: "max-image-preview", Value: "large", Evidence: "meta robots"}}[:s.rnd.IntN(3)]
	r.Attribution = fmt.Sprintf("%q by %s, %s (%s), licensed under %s (%s). Changes: converted to plain text, without page furniture.",
		r.Title, r.Authors[0], agency.Name, url, "Creative Commons Attribution 4.0 International", r.License.URL)
	return r, s.tail(r)
}

func (s *sampler) license(a *Agency) *License {
	url := s.one("https://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by-sa/4.0/",
		"https://creativecommons.org/licenses/by-nc-nd/4.0/", "https://creativecommons.org/publicdomain/zero/1.0/")
	return &License{
		SPDX: s.one("CC-BY-4.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-ND-4.0", "CC0-1.0"), URL: url, Version: "4.0", Holder: a.Name, Scope: s.one("site", "page"),
		Statement:  s.one("All Content by "+a.Name+" is licensed under a Creative Commons Attribution 4.0 International License.", "Creative Commons Attribution 4.0 International License"),
		Evidence:   s.one("page-link", "page-text", "json-ld", "meta", "feed", "agency-config"),
		Confidence: 0.9, Status: s.one("verified", "asserted", "conflict"),
	}
}

// tail tells how the record came to be.
func (s *sampler) tail(r *Record) *tail {
	polled, fetched := r.Fetched.Add(-time.Minute), r.Fetched
	events := []Event{{polled, "listed", r.Feed}, {fetched, "fetched", r.URL}}
	for _, e := range []Event{
		{What: "url", Detail: "link rel=canonical: " + r.URL}, {What: "title", Detail: s.one("meta og:title: ", "json-ld headline: ") + r.Title},
		{What: "summary", Detail: s.one("meta og:description: ", "meta description: ") + r.Summary},
		{What: "body", Detail: s.one("rule .item-text: ", "json-ld articleBody: ", "generic judged: ") + r.Text[:min(len(r.Text), 120)]},
		{What: "authors", Detail: "byline: " + r.Authors[0]}, {What: "published", Detail: s.one("json-ld datePublished: ", "meta article:published_time: ") + r.Published.Format(time.RFC3339)},
		{What: "language", Detail: "html lang: " + r.Language}, {What: "images", Detail: "meta og:image: " + r.Images[0].URL},
		{What: "license", Detail: r.License.Evidence + ": " + r.License.SPDX},
	} {
		e.At = fetched
		events = append(events, e)
	}
	return &tail{Events: events, Listings: []entryFacts{{Feed: r.Feed, Agency: r.Agency, URL: r.URL, GUID: r.GUID, Title: r.Title, Published: r.Published}}}
}

func samples(t *testing.T, seed uint64, n int) (records, rows [][]byte) {
	s := newSampler(t, seed)
	add := func(to *[][]byte, v any) {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		*to = append(*to, b)
	}
	for range n {
		r, tail := s.record()
		payload, err := framed(r, tail)
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, payload)
		d := Draft{Record: *r, Page: r.URL, Content: "<p>" + r.Summary + "</p>", Mark: "0123456789abcdef", Listings: [][]byte{make([]byte, 32)}}
		d.Record.Text = ""
		add(&rows, d)
		l := d.listing()
		l.State, l.First, l.Last = Failed, r.Fetched, r.Fetched
		add(&rows, l)
		add(&rows, Story{ID: r.ID, Listings: d.Listings, Events: tail.Events})
	}
	return records, rows
}

func TestDictionaries(t *testing.T) {
	if *train {
		records, rows := samples(t, 1, 3000)
		trainDict(t, dictRecord, records, 96<<10)
		trainDict(t, dictRow, rows[:3000], 24<<10)
		t.Skip("trained: run the test again without -train")
	}
	records, rows := samples(t, 2, 200)
	for id, payloads := range map[uint32][][]byte{dictRecord: records, dictRow: rows} {
		file, err := dictFiles.ReadFile(dictionaries[id])
		if err != nil {
			t.Fatal(err)
		}
		if d, err := zstd.InspectDictionary(file); err != nil || d.ID() != id {
			t.Errorf("%s: %v, want number %d", dictionaries[id], err, id)
		}
		bare, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBetterCompression))
		if err != nil {
			t.Fatal(err)
		}
		var with, without int
		for _, p := range payloads {
			row, err := pack(id, p)
			if err != nil {
				t.Fatal(err)
			}
			if back, err := unpack(row); err != nil || !slices.Equal(back, p) {
				t.Fatalf("%s: a payload of %d bytes came back as %d: %v", dictionaries[id], len(p), len(back), err)
			}
			with += len(row)
			without += len(bare.EncodeAll(p, nil))
		}
		t.Logf("%s: %d bytes a row, %d without the dictionary", dictionaries[id], with/len(payloads), without/len(payloads))
		if with*10 > without*8 {
			t.Errorf("%s: %d bytes with the dictionary and %d without: it is not worth its place", dictionaries[id], with, without)
		}
	}
}

func trainDict(t *testing.T, id uint32, payloads [][]byte, size int) {
	b, err := dict.BuildZstdDict(payloads, dict.Options{MaxDictSize: size, HashBytes: 6, ZstdDictID: id, ZstdLevel: zstd.SpeedBetterCompression, ZstdDictCompat: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dictionaries[id], b, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d bytes", dictionaries[id], len(b))
}
