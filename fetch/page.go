package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
)

// pageHeaders are the headers that say something about a page's language, licence or rights. A Page carries no others.
var pageHeaders = []string{"Link", "X-Robots-Tag", "Content-Language", "Tdm-Reservation", "Tdm-Policy", "Content-Usage"}

// Page downloads an article's page, if the robots.txt of its host and of every host that it redirects to allows
// dateline to. It follows neither scripts nor meta refresh, and fetches nothing that the page names. It fails with an
// [*Error], or with the context's error if that was cancelled.
func (c *Client) Page(ctx context.Context, url string) (Page, error) {
	return c.PageAgain(ctx, url, Validators{})
}

// PageAgain is Page for one that came before with these validators. They are sent to the address that issued them alone. The
// same bytes as then count as not modified, whatever the server says.
func (c *Client) PageAgain(ctx context.Context, url string, known Validators) (Page, error) {
	got, err := c.get(ctx, ask{
		kind:   "page",
		url:    url,
		accept: "text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
		known:  known,
		limit:  c.options.pageLimit(),
		permit: c.robots.permit,
	})
	if err != nil {
		return Page{}, err
	}
	if got.status == http.StatusNotModified && got.conditional {
		return Page{URL: got.url, NotModified: true, Validators: known.renew(got.header)}, nil
	}
	if !got.ok() {
		return Page{}, got.refused(url)
	}
	if vendor := challenger(got); vendor != "" {
		return Page{}, challenged(url, vendor)
	}
	fresh := got.validators(url)
	if known.Digest != "" && fresh.Digest == known.Digest {
		return Page{URL: got.url, NotModified: true, Validators: fresh}, nil
	}
	p, err := got.page(url, c.options.pageLimit())
	p.Usage, p.Validators = c.robots.uses(p.URL), fresh
	return p, err
}

// page makes a Page of a success. The limit counts again for the page in UTF-8: other charsets take up to a third of it.
func (got *answer) page(url string, limit int64) (Page, error) {
	if len(bytes.TrimSpace(got.body)) == 0 {
		return Page{}, fail(url, Empty, nil)
	}
	kind := got.header.Get("Content-Type")
	if err := checkHTML(kind, got.body); err != nil {
		return Page{}, fail(url, NotHTML, err)
	}
	text, err := htmlToUTF8(got.body, kind)
	if err != nil {
		return Page{}, fail(url, Broken, err)
	}
	if int64(len(text)) > limit {
		return Page{}, fail(url, TooLarge, fmt.Errorf("%w: more than %d bytes in UTF-8", errTooLarge, limit))
	}
	p := Page{URL: got.url, HTML: text, Header: map[string][]string{}}
	for _, name := range pageHeaders {
		if v := got.header.Values(name); len(v) > 0 {
			p.Header[name] = v
		}
	}
	return p, nil
}

// checkHTML believes the server about the type, and looks for itself where the server says nothing. XML counts
// when it is XHTML.
func checkHTML(kind string, body []byte) error {
	if bytes.HasPrefix(body, gzipMagic) {
		return errors.New("a gzip file") // coded twice, or said to be plain
	}
	media, _, err := mime.ParseMediaType(kind)
	if media == "" || err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		media, _, _ = mime.ParseMediaType(http.DetectContentType(body))
	}
	switch media {
	case "text/html", "application/xhtml+xml":
		return nil
	case "text/xml", "application/xml":
		if bytes.Contains(body[:min(len(body), 1024)], []byte("<html")) {
			return nil
		}
	}
	return fmt.Errorf("content type %q", media)
}

// htmlToUTF8 decodes a page. What the bytes show goes before what anybody says about them: a byte order mark, then
// valid UTF-8 (other encodings don't look like it by chance), then the header, then the page's own meta element.
func htmlToUTF8(body []byte, kind string) ([]byte, error) {
	if bom, n := byBOM(body); bom != nil {
		return bom.NewDecoder().Bytes(body[n:])
	}
	if isUTF8(body) {
		return body, nil
	}
	enc, name, _ := charset.DetermineEncoding(body[:min(len(body), 1024)], kind)
	if enc == encoding.Nop || name == "utf-8" {
		return bytes.ToValidUTF8(body, []byte("\uFFFD")), nil
	}
	text, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		return nil, fmt.Errorf("charset %q: %w", name, err)
	}
	return text, nil
}

// isUTF8 tells text that can be nothing else. NUL and ESC are the marks of UTF-16 and ISO-2022-JP, whose bytes
// would pass for ASCII.
func isUTF8(b []byte) bool {
	return utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 && bytes.IndexByte(b, 0x1b) < 0
}
