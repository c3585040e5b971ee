package fetch

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"testing"
)

// FuzzBody: whatever bytes come under whatever coding, no more is kept than the limit and the byte that shows that it was
// passed, and what is kept without an error is what the coding says.
func FuzzBody(f *testing.F) {
	const limit = 64 << 10
	for coding, coder := range map[string]func(io.Writer) (io.WriteCloser, error){
		"gzip": byGzip, "br": byBrotli, "zstd": byZstd, "deflate": byFlate, "x-gzip": byGzip,
	} {
		var b bytes.Buffer
		w, _ := coder(&b)
		io.WriteString(w, tinyFeed)
		w.Close()
		f.Add(coding, b.Bytes())
		f.Add(coding, append(b.Bytes(), b.Bytes()...))
	}
	f.Add("", []byte(tinyFeed))
	f.Add("zstd", []byte("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00"))
	f.Fuzz(func(t *testing.T, coding string, b []byte) {
		res := &http.Response{Header: http.Header{"Content-Encoding": {coding}}, Body: io.NopCloser(bytes.NewReader(b))}
		body, err := readBody(res, limit, 100)
		if len(body) > limit+1 || err == nil && len(body) > limit {
			t.Errorf("%q: %d bytes were kept, %v", coding, len(body), err)
		}
		if (coding == "" || coding == "identity") && len(b) <= limit && (err != nil || !bytes.Equal(body, b)) {
			t.Errorf("plain bytes became %q, %v", body, err)
		}
	})
}

// FuzzLinks: what a Link header names is an address that can be requested, whatever it says.
func FuzzLinks(f *testing.F) {
	f.Add(`<https://hub.example/a,b>; rel="hub", </feed>; rel=self`)
	f.Add(`<>; rel=hub, <http://[::1/>; rel=hub, <//x>; rel="a hub"; rel=self`)
	f.Add(`<javascript:alert(1)>; title="<x>; rel=hub"; rel=hub`)
	base, _ := url.Parse("http://news.example/rss/feed")
	f.Fuzz(func(t *testing.T, header string) {
		for _, addr := range linked(http.Header{"Link": {header}}, base, "hub") {
			u, err := url.Parse(addr)
			if err != nil || !isWeb(u) || u.User != nil {
				t.Errorf("%q names %q", header, addr)
			}
		}
	})
}
