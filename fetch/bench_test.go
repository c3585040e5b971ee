package fetch

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
)

// feedFloor is how fast a feed must be read at least, as a multiple of the speed of gofeed alone.
const feedFloor = 0.75

// paragraphs is HTML of about that many bytes, as a blog's editor writes it.
func paragraphs(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, `<p>The council met on day %d &#8211; and &#8220;<a href="https://blog.example/%d/" rel="nofollow">decided</a>&#8221; that the road will be built.</p>`+"\n", i, i)
		if i%9 == 0 {
			fmt.Fprintf(&b, `<figure class="wp-block-image"><img src="https://blog.example/%d.jpg" alt="A road" width="1024" height="683" /></figure>`+"\n", i)
		}
	}
	return b.String()
}

// wordPress is a feed as the most common program writes it: 50 items with their whole text, some 284 KB.
func wordPress(items, size int) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
	xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wfw="http://wellformedweb.org/CommentAPI/"
	xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"
	xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel>
	<title>Blog</title>
	<atom:link href="https://blog.example/feed/" rel="self" type="application/rss+xml" />
	<link>https://blog.example/</link>
	<description>News of the road</description>
	<lastBuildDate>Tue, 03 Nov 2026 10:00:00 +0000</lastBuildDate>
	<language>en-US</language>
	<sy:updatePeriod>hourly</sy:updatePeriod>
	<sy:updateFrequency>1</sy:updateFrequency>
	<generator>https://wordpress.org/?v=6.6</generator>
`)
	text := paragraphs(size)
	for i := range items {
		fmt.Fprintf(&b, `	<item>
		<title>The road, part %d &#8211; and what came after</title>
		<link>https://blog.example/%[1]d/</link>
		<comments>https://blog.example/%[1]d/#respond</comments>
		<dc:creator><![CDATA[A. Writer]]></dc:creator>
		<pubDate>Tue, 03 Nov 2026 %02[2]d:%02[3]d:00 GMT</pubDate>
		<category><![CDATA[Roads]]></category>
		<category><![CDATA[Council]]></category>
		<guid isPermaLink="false">https://blog.example/?p=%[1]d</guid>
		<description><![CDATA[<p>The council met and decided that the road will be built. [&#8230;]</p>]]></description>
		<content:encoded><![CDATA[%[4]s]]></content:encoded>
		<wfw:commentRss>https://blog.example/%[1]d/feed/</wfw:commentRss>
		<slash:comments>0</slash:comments>
	</item>
`, i, i%24, i%60, text)
	}
	b.WriteString("</channel></rss>\n")
	return []byte(b.String())
}

// atomBlog is the same in Atom, with the text as escaped HTML.
func atomBlog(items, size int) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Blog</title>
<link href="https://blog.example/atom.xml" rel="self"/><link href="https://blog.example/"/><updated>2026-11-03T10:00:00Z</updated>
<id>https://blog.example/</id><author><name>A. Writer</name></author>`)
	text := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(paragraphs(size))
	for i := range items {
		fmt.Fprintf(&b, `<entry><title type="html">The road, part %d</title><link href="https://blog.example/%d/"/><id>tag:blog.example,2026:%[1]d</id>
<published>2026-11-03T%02d:%02d:00Z</published><updated>2026-11-03T%[3]d:%[4]d:00Z</updated><category term="roads"/>
<summary type="html">The council met.</summary><content type="html">%s</content></entry>`, i, i, 10+i%13, 10+i%50, text)
	}
	b.WriteString("</feed>")
	return []byte(b.String())
}

// jsonBlog is the same as a JSON Feed.
func jsonBlog(items, size int) []byte {
	var b strings.Builder
	b.WriteString(`{"version":"https://jsonfeed.org/version/1.1","title":"Blog","home_page_url":"https://blog.example/","items":[`)
	text := strings.NewReplacer(`"`, `\"`, "\n", `\n`).Replace(paragraphs(size))
	for i := range items {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"%d","url":"https://blog.example/%d","title":"Part %[1]d","content_html":"%[3]s","date_published":"2026-11-03T10:00:00Z","tags":["Roads"]}`, i, i, text)
	}
	b.WriteString("]}")
	return []byte(b.String())
}

// smallItems is a feed of headlines: little text, many elements.
func smallItems(items int) []byte {
	var b strings.Builder
	b.WriteString("<rss version='2.0'><channel><title>Wire</title><link>https://wire.example/</link>\n")
	for i := range items {
		fmt.Fprintf(&b, "<item><title>Headline %d</title><link>https://wire.example/%d</link><guid>https://wire.example/%[1]d</guid><pubDate>Tue, 03 Nov 2026 10:00:00 GMT</pubDate></item>\n", i, i)
	}
	b.WriteString("</channel></rss>")
	return []byte(b.String())
}

// BenchmarkFeed reads feeds, and between any two readings has gofeed alone read the same one. The ratio of both speeds
// is printed beside the floor.
func BenchmarkFeed(b *testing.B) {
	for _, c := range []struct {
		name string
		body []byte
	}{
		{"WordPress", wordPress(50, 4900)},
		{"Atom", atomBlog(50, 4000)},
		{"JSON", jsonBlog(50, 4900)},
		{"Headlines", smallItems(500)},
	} {
		b.Run(c.name, func(b *testing.B) { benchmarkFeed(b, c.body) })
	}
}

func benchmarkFeed(b *testing.B, body []byte) {
	var ours, alone time.Duration
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		f, err := ParseFeed(body, "application/xml; charset=utf-8", "https://blog.example/feed/")
		ours += time.Since(start)
		if err != nil || len(f.Entries) < 50 {
			b.Fatalf("%d entries, %v", len(f.Entries), err)
		}
		b.StopTimer()
		start = time.Now()
		g, err := gofeed.NewParser().Parse(bytes.NewReader(body))
		alone += time.Since(start)
		if err != nil || len(g.Items) != len(f.Entries) {
			b.Fatalf("gofeed: %v", err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(alone)/float64(ours), "x-gofeed")
	b.ReportMetric(feedFloor, "floor")
}
