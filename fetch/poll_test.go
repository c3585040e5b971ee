package fetch_test

import (
	"testing"

	"dateline/fetch"
	"dateline/fetch/fetchtest"
)

const smallWeb = `
-- http://news.example/feed --
HTTP/1.1 200 OK
Content-Type: application/rss+xml
ETag: "a b"
Last-Modified: yesterday, or so

<?xml version="1.0"?><rss version="2.0"><channel><title>News &amp; more</title><link>/</link>
<item><title>One</title><link>/one</link><guid>1</guid></item>
</channel></rss>
-- http://news.example/one --
<!doctype html><title>One</title><p>Text.
`

func TestPollReadsFeed(t *testing.T) {
	web := fetchtest.New(t, smallWeb)
	c := newClient(t, web)
	f, err := c.Poll(t.Context(), "http://news.example/feed", fetch.Validators{})
	if err != nil {
		t.Fatal(err)
	}
	if f.Title != "News & more" || len(f.Entries) != 1 || f.Entries[0].URL != "http://news.example/one" {
		t.Errorf("feed = %+v", f)
	}
	if want := (fetch.Validators{ETag: `"a b"`, LastModified: "yesterday, or so"}); f.Validators != want {
		t.Errorf("validators = %+v, want %+v", f.Validators, want)
	}
	p, err := c.Page(t.Context(), f.Entries[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s", p.HTML)
}
