package extract

import (
	"encoding/json"
	"errors"
	"html"
	"io"
	"strings"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"
)

// object is a JSON-LD node.
type object map[string]any

// maxObjects bounds how many JSON-LD nodes of a page are looked at.
const maxObjects = 2000

// readLD lists every node of the page's JSON-LD, those in @graph and in arrays included.
func (p *page) readLD() {
	for _, script := range p.survey.ld {
		if denseLD(script) {
			p.note("page", "json-ld left out", "more structure than text can need")
			continue
		}
		for _, v := range decodeLD(script) {
			p.ld = collect(p.ld, v)
		}
	}
	p.news = p.ldArticle()
	if body, _ := p.news["articleBody"].(string); len(body) > maxLDBody {
		p.news["articleBody"] = clip(body, maxLDBody)
	}
}

// maxLDBody bounds a structured text, in bytes: the longest stories that the press prints have a quarter of it.
const maxLDBody = 1 << 18

// collect lists the typed nodes of a value, outermost first. Only containers of nodes are entered: an ImageObject
// inside an article is the article's business.
func collect(out []object, v any) []object {
	if len(out) >= maxObjects {
		return out
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			out = collect(out, e)
		}
	case map[string]any:
		out = append(out, v)
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "hasPart"} {
			out = collect(out, v[key])
		}
	}
	return out
}

// denseLD says whether a large script has so many values for its size that decoding would cost many times its size: an
// object takes some 350 bytes in memory, a list or a value up to 60.
func denseLD(s string) bool {
	return len(s) >= denseFrom && 32*strings.Count(s, "{")+8*strings.Count(s, "[")+4*strings.Count(s, ",") > len(s)
}

// maxMend bounds the scripts that are mended, in bytes.
const maxMend = 1 << 20

// decodeLD reads the values of a script. Templates print raw line breaks and tabs inside strings, trailing commas,
// comments and closing semicolons; what can't be mended is left out.
func decodeLD(s string) []any {
	if vs, err := decodeAll(s); err == nil || len(s) > maxMend {
		return vs
	}
	vs, err := decodeAll(mend(s))
	if err != nil && len(vs) == 0 {
		vs, _ = decodeAll(mend(html.UnescapeString(s)))
	}
	return vs
}

func decodeAll(s string) (vs []any, err error) {
	d := json.NewDecoder(strings.NewReader(s))
	for {
		var v any
		if err := d.Decode(&v); errors.Is(err, io.EOF) {
			return vs, nil
		} else if err != nil {
			return vs, err
		}
		vs = append(vs, v)
	}
}

// ldArticle is the node that describes this page's article: of several, the one with the page's address or
// headline, else the first.
func (p *page) ldArticle() object {
	var first object
	title, _ := p.survey.meta("og:title", "twitter:title")
	for _, o := range p.ld {
		if !o.article() {
			continue
		}
		if first == nil {
			first = o
		}
		if p.isHere(o.text("url")) || p.isHere(o.text("mainEntityOfPage")) || same(o.text("headline"), title) {
			return o
		}
	}
	return first
}

// isHere says whether an address is the page's own.
func (p *page) isHere(u string) bool {
	strip := func(s string) string {
		s, _, _ = strings.Cut(strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://"), "#")
		s, _, _ = strings.Cut(s, "?")
		return strings.TrimSuffix(s, "/")
	}
	return u != "" && strip(u) == strip(p.src.URL)
}

// article says whether a node is of a type that schema.org derives from Article, or near it.
func (o object) article() bool {
	for _, t := range stringsOf(o["@type"]) {
		t = t[strings.LastIndexAny(t, "/:")+1:]
		if strings.HasSuffix(t, "Article") || strings.HasSuffix(t, "Posting") || strings.HasSuffix(t, "NewsReport") || t == "Report" || t == "Blog" {
			return t != "Blog" || o["articleBody"] != nil
		}
	}
	return false
}

// text gives a field as plain text: a string, or the name, value or address of a node.
func (o object) text(key string) string {
	for _, s := range stringsOf(o[key]) {
		if s = plainText(s); s != "" {
			return s
		}
	}
	return ""
}

// stringsOf reads a value that may be a string, a node or a list of them.
func stringsOf(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case json.Number:
		return []string{v.String()}
	case map[string]any:
		for _, key := range []string{"name", "@value", "url", "@id"} {
			if s, ok := v[key].(string); ok {
				return []string{s}
			}
		}
	case []any:
		var out []string
		for _, e := range v {
			if len(out) < 200 {
				out = append(out, stringsOf(e)...)
			}
		}
		return out
	}
	return nil
}

// nodes gives a field's nodes; a bare string becomes a node with that name.
func (o object) nodes(key string) []object {
	v, ok := o[key].([]any)
	if !ok {
		v = []any{o[key]}
	}
	var out []object
	for _, e := range v {
		switch e := e.(type) {
		case map[string]any:
			out = append(out, e)
		case string:
			out = append(out, object{"name": e})
		}
	}
	return out
}

// plainText takes markup and entities out of a value that should have had none.
func plainText(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if strings.ContainsAny(s, "<&") {
		s = untag(s)
		if strings.Contains(s, "&") { // escaped twice
			s = html.UnescapeString(s)
		}
	}
	return tidy(s)
}

func untag(s string) string {
	var b strings.Builder
	z := nethtml.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			return b.String()
		case nethtml.TextToken:
			b.Write(z.Text())
		case nethtml.StartTagToken, nethtml.EndTagToken, nethtml.SelfClosingTagToken:
			if name, _ := z.TagName(); string(name) == "br" || string(name) == "p" || string(name) == "div" || string(name) == "li" {
				b.WriteByte(' ')
			}
		}
	}
}

// ldBody is the body as the structured data give it.
func (p *page) ldBody() *candidate {
	raw, _ := p.news["articleBody"].(string)
	if raw == "" {
		return nil
	}
	c := &candidate{from: "json-ld", detail: "articleBody", blocks: p.clean(ldBlocks(raw))}
	if c.count().chars < enough {
		return nil
	}
	return c
}

// ldBlocks cuts an articleBody into paragraphs: by its markup if it has any, escaped or not, else by its lines.
func ldBlocks(raw string) []*block {
	if strings.Contains(raw, "&lt;") {
		raw = html.UnescapeString(raw)
	}
	if strings.Contains(raw, "</p>") || strings.Contains(raw, "<br") || strings.Contains(raw, "</div>") {
		return fragment(raw)
	}
	var out []*block
	for _, line := range strings.Split(raw, "\n") {
		if t := plainText(line); t != "" {
			out = append(out, &block{node: &nethtml.Node{Type: nethtml.ElementNode, Data: "p"}, text: t, chars: weigh(t)})
		}
	}
	return out
}

// decide chooses between the page's own reading and its structured data. The tree wins where they agree, since it has
// the paragraphs; the structured data win where they hold clearly more of what the tree began to tell, or where the
// tree found next to nothing. Even then their paragraphs are looked for on the page.
func (p *page) decide(tree, ld *candidate) *candidate {
	if ld == nil {
		return tree
	}
	page, data := shingle(tree.blocks), shingle(ld.blocks)
	aligned := p.align(data)
	if tree.chars >= enough && page.in(data) > 0.9 && data.in(page) < 0.97 && shingle(aligned.blocks).in(data) > 0.9 && aligned.chars > tree.chars {
		return aligned // all that the tree found, and more
	}
	if tree.chars >= enough && (data.in(page) > 0.85 || ld.chars < 2*tree.chars) {
		return tree
	}
	if found := shingle(aligned.blocks); found.in(data) > 0.9 && data.in(found) > 0.85 {
		return aligned
	}
	if tree.chars < enough || ld.chars*10 > tree.chars*13 {
		return ld
	}
	return tree
}

// align finds the page's own blocks of a text: they have the paragraph breaks that structured data lose.
func (p *page) align(data shingles) *candidate {
	c := &candidate{from: "json-ld", detail: "articleBody, aligned with the page"}
	seen := map[string]bool{}
	for _, b := range p.survey.blocks {
		if b.chars >= 20 && !seen[b.text] && b.shared(data) > 0.8 {
			seen[b.text] = true
			c.blocks = append(c.blocks, b)
		}
	}
	return c.count()
}
