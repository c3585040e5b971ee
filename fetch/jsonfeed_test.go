package fetch

import (
	"reflect"
	"strings"
	"testing"
)

// What is no JSON Feed by the letter, and is meant as one.
func TestJSONQuirks(t *testing.T) {
	for _, c := range []struct{ name, body, title, author, tags string }{
		{"a sound one", `{"version":"x","items":[{"id":"1","title":"A","authors":[{"name":"N"}],"tags":["t"]}]}`, "A", "N", "t"},
		{"an author that is a name", `{"items":[{"id":1,"title":"A","author":"N","tags":"t"}]}`, "A", "N", "t"},
		{"authors that are names", `{"items":[{"id":1.5,"title":"A","authors":["N"],"tags":[1,null,{}]}]}`, "A", "N", "1"},
		{"a title that is a number", `{"items":[{"id":true,"title":7,"author":{"name":"N"},"tags":["t"]}]}`, "7", "N", "t"},
		{"an author of another time", `{"author":["x"],"items":[{"title":"A","authors":{"name":"N"},"tags":["t"]}]}`, "A", "N", "t"},
		{"attachments that are none", `{"items":[{"title":"A","author":{"name":"N"},"attachments":{"url":"x","size_in_bytes":"9"},"tags":["t"]},7]}`, "A", "N", "t"},
		{"a null among the items", `{"items":[null,{"title":"A","author":{"name":"N"},"tags":["t"],"date_published":1234}]}`, "A", "N", "t"},
		{"a comma too many", `{"items":[{"title":"A","author":{"name":"N"},"tags":["t",],},]}`, "A", "N", "t"},
		{"a line break in a string", "{\"items\":[{\"title\":\"A\",\"content_text\":\"a\nb\tc\",\"author\":{\"name\":\"N\"},\"tags\":[\"t\"]}]}", "A", "N", "t"},
		{"an escape that is none", `{"items":[{"title":"A","content_text":"a\'b\x","author":{"name":"N"},"tags":["t"]}]}`, "A", "N", "t"},
		{"an escape of a line break", "{\"items\":[{\"title\":\"A\",\"content_text\":\"a\\\nb\",\"author\":{\"name\":\"N\"},\"tags\":[\"t\"]}]}", "A", "N", "t"},
		{"an escape without its number", `{"items":[{"title":"A","content_text":"a\u12 b\u","author":{"name":"N"},"tags":["t"]}]}`, "A", "N", "t"},
		{"junk behind", `{"items":[{"title":"A","author":{"name":"N"},"tags":["t"]}]}<!-- cached -->`, "A", "N", "t"},
		{"cut", `{"title":"F","items":[{"title":"A","author":{"name":"N"},"tags":["t"]},{"title":"B","au`, "A", "N", "t"},
		{"cut in a string with brackets", `{"title":"F","items":[{"title":"A","author":{"name":"N"},"tags":["t"]},{"title":"}]}`, "A", "N", "t"},
	} {
		f, err := ParseFeed([]byte(c.body), "", "")
		if err != nil || len(f.Entries) != 1 {
			t.Errorf("%s: %+v, %v", c.name, f, err)
			continue
		}
		e := f.Entries[0]
		if e.Title != c.title || strings.Join(e.Authors, "|") != c.author || strings.Join(e.Tags, "|") != c.tags {
			t.Errorf("%s: %+v", c.name, e)
		}
	}
}

func TestJSONFeedSays(t *testing.T) {
	f, err := ParseFeed([]byte(`{"version":"https://jsonfeed.org/version/1.1","title":"WordPress &#8211; it","feed_url":"https://j.example/feed.json","next_url":"/2",
"home_page_url":"https://j.example/","hubs":[{"type":"WebSub","url":"https://hub.example/"},{"type":"rssCloud","url":"https://c.example/"}],
"items":[{"id":"https://j.example/1","title":"a </b> & c","content_text":"1 < 2","image":"i.jpg","attachments":[{"url":"a.mp3","mime_type":"audio/mpeg","size_in_bytes":-4,"title":"T"}]}]}`), "", "")
	if err != nil || f.Title != "WordPress – it" || f.Self != "https://j.example/feed.json" || f.Archive != "https://j.example/2" ||
		!reflect.DeepEqual(f.Hubs, []string{"https://hub.example/"}) {
		t.Errorf("feed = %+v, %v", f, err)
	}
	want := Entry{ID: "https://j.example/1", URL: "https://j.example/1", Title: "a </b> & c", Content: "1 &lt; 2", Enclosures: []Enclosure{
		{URL: "https://j.example/a.mp3", Type: "audio/mpeg", Caption: "T"}, {URL: "https://j.example/i.jpg", Type: "image"},
	}}
	if !reflect.DeepEqual(f.Entries[0], want) {
		t.Errorf("entry = %+v\nwant    %+v", f.Entries[0], want)
	}
}

// Of too many items the rest goes, and what stands behind them stays.
func TestJSONBehindManyItems(t *testing.T) {
	for _, tail := range []string{`"title":"F"}`, `"title":"F","authors":[{"name":"N"}]}`, `"title":"F"} junk`} {
		body := `{"items":[{"title":"A"}` + strings.Repeat(`,{"title":"A"}`, 9) + "]," + tail
		f, err := Limits{Entries: 3}.ParseFeed([]byte(body), "", "")
		if err != nil || len(f.Entries) != 3 || f.Dropped != 7 || f.Title != "F" {
			t.Errorf("%s: %+v, %v", body, f, err)
		}
	}
}
