package release

import (
	"slices"
	"strings"
	"unicode"

	"dateline/storage"
)

const creditsPath = "attribution.tsv.zst"

// creditColumns head the attributions. The shard comes first; a record's row has the others.
const creditColumns = "shard\tid\ttitle\tcreators\tpublisher\turl\tlicense\tlicense_url\tholder\tnotice\tattribution"

// changes is what was done to every text, as CC BY 4.0 asks to say in section 3(a)(1)(B).
const changes = "text extracted, markup removed"

func (b *builder) newCredits() (*packed, error) {
	o, err := b.folder.create(creditsPath)
	if err != nil {
		return nil, err
	}
	z, err := newEncoder()
	if err != nil {
		return nil, err
	}
	z.Reset(o)
	p := &packed{output: o, z: z}
	if err := p.line([]byte(creditColumns)); err != nil {
		return nil, err
	}
	p.Records = 0 // the head is none
	return p, nil
}

// row is what has to be said of a record, as tab-separated values. Nothing is shortened: a name that was cut is no credit.
func (b *builder) row(r *storage.Record) []byte {
	publisher, _ := b.Judge.Credit(r)
	var l storage.License
	if r.License != nil {
		l = *r.License
	}
	cells := []string{
		r.ID, r.Title, strings.Join(r.Authors, "; "), publisher, r.URL, l.SPDX, l.URL, l.Holder, l.Statement, r.Attribution,
	}
	for i, s := range cells {
		cells[i] = oneLine(s)
	}
	return []byte(strings.Join(cells, "\t"))
}

// credits says whether a record's attribution names all that is to be named.
func credits(r *storage.Record) bool {
	parts := append([]string{r.Title, r.URL}, r.Authors...)
	if l := granted(r); l != nil {
		parts = append(parts, l.URL, l.Holder)
	}
	return r.Attribution != "" && !slices.ContainsFunc(parts, func(s string) bool { return !strings.Contains(r.Attribution, s) })
}

// granted is the licence that an attribution may claim: none that is in doubt.
func granted(r *storage.Record) *storage.License {
	if r.License == nil || r.License.SPDX == "" || r.License.Status == "conflict" {
		return nil
	}
	return r.License
}

// attribution is the line of a record whose own does not do: one of an earlier version, or of another program than ingest.
func (b *builder) attribution(r *storage.Record) string {
	var s strings.Builder
	s.WriteString("Untitled")
	if r.Title != "" {
		s.Reset()
		s.WriteString(`"` + r.Title + `"`)
	}
	if len(r.Authors) > 0 {
		s.WriteString(" by " + strings.Join(r.Authors, ", "))
	}
	if publisher, _ := b.Judge.Credit(r); publisher != "" {
		s.WriteString(", " + publisher)
	}
	if r.URL != "" {
		s.WriteString(" (" + r.URL + ")")
	}
	if l := granted(r); l != nil {
		s.WriteString(", licensed")
		if l.Holder != "" {
			s.WriteString(" by " + l.Holder)
		}
		s.WriteString(" under " + b.Judge.Name(l.SPDX))
		if l.URL != "" {
			s.WriteString(" (" + l.URL + ")")
		}
	}
	return s.String() + ". Changes: " + changes + "."
}

// oneLine keeps a text within its cell: what breaks lines, parts cells or reorders what stands beside it is a space.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069' {
			return ' '
		}
		return r
	}, s)
}
