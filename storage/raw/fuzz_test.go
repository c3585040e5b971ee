package raw

import (
	"testing"

	"dateline/storage/warc"
)

// FuzzReadExchange: whatever a file of others holds, it is read as something or refused.
func FuzzReadExchange(f *testing.F) {
	f.Add("response", "application/http; msgtype=response", "page", []byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"))
	f.Add("revisit", "application/http", "", []byte("HTTP/1.1 304 Not Modified\r\n\r\n"))
	f.Add("metadata", "application/warc-fields", "page", []byte("failure: dns\r\ndetail: no such host\r\n"))
	f.Add("metadata", "application/json", "trip", []byte(`{"kind":"page","places":[{"segment":1,"offset":-1}]}`))
	f.Add("resource", "text/xml", "push", []byte("<rss>"))
	f.Fuzz(func(t *testing.T, kind, contentType, what string, block []byte) {
		h := warc.Header{"Warc-Type": {kind}, "Content-Type": {contentType}, "Dateline-Kind": {what}}
		x, ok, err := ReadExchange(h, block)
		if ok && err != nil || ok && x.Status == 0 && x.Reason == "" {
			t.Errorf("%+v, %v", x, err)
		}
		if _, ok, err := ReadTrip(h, block); ok && err != nil {
			t.Error(err)
		}
	})
}
