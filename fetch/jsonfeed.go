package fetch

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"

	"github.com/mmcdole/gofeed/json"
)

// maxValues bounds the values of a JSON Feed. A thousand items with all that the standard knows have a tenth.
const maxValues = 200_000

// readJSON reads a JSON Feed of version 1.0 or 1.1. One that was cut, or that puts another type where the standard has a
// string or a list, is mended and read again.
func readJSON(doc *document, base *url.URL) (Feed, error) {
	dropped, err := doc.bound()
	if err != nil {
		return Feed{}, err
	}
	g, err := (&json.Parser{}).Parse(bytes.NewReader(doc.body))
	if err != nil {
		if err = doc.mendJSON(); err != nil {
			return Feed{}, err
		}
		if g, err = (&json.Parser{}).Parse(bytes.NewReader(doc.body)); err != nil {
			return Feed{}, err
		}
	}
	if g.Items == nil && g.Version == "" {
		return Feed{}, fmt.Errorf("JSON without items")
	}
	if base == nil {
		base = firstBase(webURL(g.FeedURL), webURL(g.HomePageURL))
	}
	f := Feed{
		Title: lineOf(g.Title), Description: lineOf(g.Description), Language: language(g.Language),
		Home: absolute(base, g.HomePageURL), Self: absolute(base, g.FeedURL), Archive: absolute(base, g.NextURL), Hubs: jsonHubs(doc.body),
	}
	h := heritage{base: base, authors: jsonAuthors(g.Author, g.Authors)}
	most := doc.limits.Entries
	for _, o := range g.Items[:min(len(g.Items), most)] {
		if o != nil {
			f.Entries = append(f.Entries, newJSONEntry(o, h))
		}
	}
	f.Dropped = dropped + max(len(g.Items)-most, 0)
	return f, nil
}

// lineOf is a text that holds no markup by the standard. WordPress leaves entities in it.
func lineOf(s string) string { return cleanLine(html.UnescapeString(s)) }

// newJSONEntry puts an item into dateline's words. Items without authors have the feed's (JSON Feed 1.1, "authors").
func newJSONEntry(o *json.Item, h heritage) Entry {
	e := Entry{
		ID: cleanLine(o.ID), URL: firstOf(absolute(h.base, o.URL), absolute(h.base, o.ExternalURL), permalink(o.ID)),
		Title: lineOf(o.Title), Summary: lineOf(o.Summary), Language: language(o.Language),
		Published: moment(o.DatePublished), Updated: moment(o.DateModified),
	}
	e.addAuthors(jsonAuthors(o.Author, o.Authors))
	if len(e.Authors) == 0 {
		e.addAuthors(h.authors)
	}
	for _, t := range o.Tags {
		e.Tags = appendNew(e.Tags, lineOf(t))
	}
	body := o.ContentHTML
	if body == "" {
		body = html.EscapeString(o.ContentText)
	}
	e.addBodies(h.base, nil, body)
	if o.Attachments != nil {
		for _, a := range *o.Attachments {
			e.enclose(h.base, Enclosure{URL: a.URL, Type: a.MimeType, Length: max(a.SizeInBytes, 0), Caption: lineOf(a.Title)})
		}
	}
	for _, image := range []string{o.Image, o.BannerImage} {
		e.enclose(h.base, Enclosure{URL: image, Type: "image"})
	}
	e.lastResort()
	return e
}

// jsonAuthors are names, or addresses where there are none. The list is of version 1.1, the single one of 1.0.
func jsonAuthors(one *json.Author, list []*json.Author) (names []string) {
	for _, p := range append(list, one) {
		if p != nil && (p != one || len(names) == 0) {
			names = append(names, firstOf(p.Name, p.URL))
		}
	}
	return names
}

// jsonHubs are the WebSub hubs, of which gofeed does not know.
func jsonHubs(b []byte) (hubs []string) {
	if !bytes.Contains(b, []byte(`"hubs"`)) {
		return nil
	}
	var feed struct {
		Hubs []struct{ Type, URL string }
	}
	if stdjson.Unmarshal(b, &feed) != nil {
		return nil
	}
	for _, h := range feed.Hubs {
		if strings.EqualFold(h.Type, "WebSub") && isAbsolute(h.URL) {
			hubs = appendNew(hubs, h.URL)
		}
	}
	return hubs
}

// outline is what a look at the brackets of a JSON Feed tells, before any parser sees it.
type outline struct {
	items  int  // objects in a list of the outermost object: the items
	last   int  // where the last whole one that counts ends
	rest   int  // where the list ends that has more; 0 if none has or none ends
	values int  // commas, which stand between any two values
	ended  bool // the outermost object was closed
	end    int  // where
}

// outlineJSON looks at the brackets outside of strings.
func outlineJSON(b []byte, l Limits) (o outline, err error) {
	var open []byte
	inString := false
	for i := 0; i < len(b) && !o.ended; i++ {
		switch c := b[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == ',':
			o.values++
		case c == '{' || c == '[':
			if open = append(open, c); len(open) > l.Depth {
				return o, tooDeep(l.Depth)
			}
		case (c == '}' || c == ']') && len(open) > 0:
			open = open[:len(open)-1]
			o.leave(c, i, string(open), l.Entries)
			o.ended, o.end = len(open) == 0, i+1
		}
	}
	if o.values > maxValues && o.items <= l.Entries {
		return o, errDamage
	}
	return o, nil
}

// leave notes the end of an object or a list at b[i], within what is still open.
func (o *outline) leave(bracket byte, i int, open string, most int) {
	switch {
	case o.rest > 0:
	case bracket == '}' && open == "{[":
		if o.items++; o.items <= most {
			o.last = i + 1
		}
	case bracket == ']' && open == "{" && o.items > most:
		o.rest = i
	case bracket == ']' && open == "{":
		o.items = 0 // it was the list of authors, or all items are few
	}
}

// bound takes the items that are too many out, before they cost memory. Only a document with so many objects or values at all is
// looked at.
func (d *document) bound() (dropped int, err error) {
	objects, lists := bytes.Count(d.body, []byte("{")), bytes.Count(d.body, []byte("["))
	if objects <= d.limits.Entries && lists+objects <= d.limits.Depth && bytes.Count(d.body, []byte(",")) <= maxValues {
		return 0, nil
	}
	o, err := outlineJSON(d.body, d.limits)
	if err != nil || o.items <= d.limits.Entries {
		return 0, err
	}
	rest := []byte("]}")
	if o.ended && o.rest > 0 && bytes.Count(d.body[o.rest:o.end], []byte(",")) <= maxValues {
		rest = d.body[o.rest:o.end] // what the feed says of itself may stand behind its items
	}
	d.body = slices.Concat(d.body[:o.last], rest)
	return o.items - d.limits.Entries, nil
}

// mendJSON ends a document that was cut behind its last whole item, drops what follows a whole one, and gives every member
// that gofeed knows the type that it has by the standard.
func (d *document) mendJSON() error {
	d.body = tidyJSON(d.body)
	o, err := outlineJSON(d.body, d.limits)
	if err != nil {
		return err
	}
	switch {
	case o.ended:
		d.body = d.body[:o.end]
		d.note(true, mendedTypes)
	case o.last > 0:
		d.body, d.cut = append(bytes.Clone(d.body[:o.last]), "]}"...), true
		d.note(true, MendedCut)
	}
	d.body, err = coerceJSON(d.body)
	return err
}

// tidyJSON undoes what JSON forbids and people write: line breaks and tabs within strings, escapes that are none, and a comma
// behind the last of a list.
func tidyJSON(b []byte) []byte {
	out := make([]byte, 0, len(b)+len(b)/16)
	inString := false
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case inString && c == '\\' && i+1 < len(b):
			if !isEscape(b[i+1:]) {
				continue
			}
			out = append(out, c)
			i++
			c = b[i]
		case c == '"':
			inString = !inString
		case inString && c < ' ':
			out, c = append(out, '\\'), "rnt"[bytes.IndexByte([]byte("\r\n\t"), c)]
		case !inString && c == ',':
			if rest := bytes.TrimSpace(b[i+1 : min(len(b), i+64)]); len(rest) > 0 && (rest[0] == '}' || rest[0] == ']') {
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

// isEscape tells whether what follows a backslash makes an escape of it (RFC 8259, section 7).
func isEscape(b []byte) bool {
	if b[0] == 'u' {
		return len(b) > 4 && isHex(b[1]) && isHex(b[2]) && isHex(b[3]) && isHex(b[4])
	}
	return bytes.IndexByte([]byte(`"\/bfnrt`), b[0]) >= 0
}

// coerceJSON gives every member that gofeed knows the type that it has by the standard.
func coerceJSON(b []byte) ([]byte, error) {
	var feed map[string]any
	d := stdjson.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&feed); err != nil {
		return nil, err
	}
	if _, ok := feed["items"].([]any); !ok && feed["items"] != nil {
		return nil, fmt.Errorf("items are no list")
	}
	coerceMembers(feed)
	for _, o := range asList(feed["items"]) {
		if item, ok := o.(map[string]any); ok {
			coerceMembers(item)
		}
	}
	return stdjson.Marshal(feed)
}

// coerceMembers does it for the feed or one of its items. Members that only one of them has are absent from the other.
func coerceMembers(o map[string]any) {
	for name, v := range o {
		switch name {
		case "items":
			o[name] = slicesOf(v, isObject)
		case "author":
			o[name] = asAuthor(v)
		case "authors":
			list := asList(v)
			for i := range list {
				list[i] = asAuthor(list[i])
			}
			o[name] = slicesOf(list, isObject)
		case "tags":
			list := asList(v)
			for i := range list {
				list[i] = asString(list[i])
			}
			o[name] = list
		case "attachments":
			o[name] = slicesOf(v, isObject)
			for _, a := range asList(o[name]) {
				coerceMembers(a.(map[string]any))
			}
		case "hubs", "expired", "size_in_bytes", "duration_in_seconds":
		default:
			o[name] = asString(v)
		}
	}
}

func isObject(v any) bool { _, ok := v.(map[string]any); return ok }

// slicesOf keeps what is of a kind in a list.
func slicesOf(v any, kind func(any) bool) []any {
	kept := []any{}
	for _, x := range asList(v) {
		if kind(x) {
			kept = append(kept, x)
		}
	}
	return kept
}

// asList takes a single value for a list of one.
func asList(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

// asString gives what a reader would see; objects and lists show nothing.
func asString(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case stdjson.Number, bool:
		return fmt.Sprint(v)
	}
	return ""
}

// asAuthor takes a bare name for an author.
func asAuthor(v any) any {
	switch v := v.(type) {
	case map[string]any:
		author := map[string]any{}
		for _, name := range []string{"name", "url"} {
			author[name] = asString(v[name])
		}
		return author
	case string:
		return map[string]any{"name": v}
	}
	return nil
}
