package fetch

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
)

// addMedia takes the files of Media RSS: media:content and media:thumbnail, alone or in a media:group. A caption or
// credit of the entry is that of each file without its own.
func (e *Entry) addMedia(media map[string][]ext.Extension, base *url.URL) {
	entry := ext.Extension{Children: media}
	for _, in := range append([]ext.Extension{entry}, media["group"]...) {
		for _, name := range []string{"content", "thumbnail"} {
			for _, m := range in.Children[name] {
				e.enclose(base, mediaFile(m, name, in, entry))
				for _, t := range m.Children["thumbnail"] {
					e.enclose(base, mediaFile(t, "thumbnail", m, in, entry))
				}
			}
		}
	}
}

// mediaFile reads one file; what it does not say itself, those around it say.
func mediaFile(m ext.Extension, name string, around ...ext.Extension) Enclosure {
	f := Enclosure{URL: m.Attrs["url"], Type: m.Attrs["type"], Length: length(m.Attrs["fileSize"])}
	if f.Type == "" && (name == "thumbnail" || m.Attrs["medium"] == "image") {
		f.Type = "image"
	}
	for _, in := range append([]ext.Extension{m}, around...) {
		f.Caption = firstOf(f.Caption, plain(firstOf(child(in, "description"), child(in, "title"))))
		f.Credit = firstOf(f.Credit, plain(firstOf(child(in, "credit"), child(in, "copyright"))))
	}
	return f
}

// enclose adds a file once. What Media RSS says of a file that is there already completes it.
func (e *Entry) enclose(base *url.URL, f Enclosure) {
	f.URL, f.Type = absolute(base, f.URL), cleanLine(f.Type)
	if f.URL == "" {
		return
	}
	i := slices.IndexFunc(e.Enclosures, func(x Enclosure) bool { return x.URL == f.URL })
	if i < 0 {
		if len(e.Enclosures) < maxList {
			e.Enclosures = append(e.Enclosures, f)
		}
		return
	}
	known := &e.Enclosures[i]
	known.Type = firstOf(known.Type, f.Type)
	known.Caption = firstOf(known.Caption, f.Caption)
	known.Credit = firstOf(known.Credit, f.Credit)
	known.Length = max(known.Length, f.Length)
}

// length reads a file's size; what is no size is not stated.
func length(s string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// described is the description of an entry in Media RSS, of the entry itself or its only group.
func described(media map[string][]ext.Extension) string {
	for _, d := range append(media["description"], groups(media, "description")...) {
		if d.Value != "" {
			return d.Value
		}
	}
	return ""
}

// groups are the elements of that name in media:group.
func groups(media map[string][]ext.Extension, name string) (all []ext.Extension) {
	for _, g := range media["group"] {
		all = append(all, g.Children[name]...)
	}
	return all
}
