package raw

import (
	"bytes"
	"compress/gzip"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dateline/storage"
)

// othersReader prints type, address, length and digests of each record of a file, as another implementation reads it: warcio of the
// Webrecorder project, on npm. It checks no digest, so it says what it has read.
const othersReader = `
import fs from "fs";
import crypto from "crypto";
import { WARCParser } from "warcio";
for await (const r of new WARCParser(fs.createReadStream(process.argv[1]))) {
  const body = await r.readFully(false);
  const http = r.httpHeaders ? r.httpHeaders.statusCode : 0;
  console.log([r.warcType, r.warcTargetURI || "-", http, body.length, r.warcHeaders.headers.get("WARC-Payload-Digest") || "-",
    crypto.createHash("sha1").update(body).digest("hex")].join(" "));
}
`

// othersWriter writes a file of two answers.
const othersWriter = `
import fs from "fs";
import { WARCRecord, WARCSerializer } from "warcio";
const out = [];
for (const [url, text] of [["http://a.example/1", "<p>first"], ["http://a.example/2", "<p>second"]]) {
  const body = async function* () { yield new TextEncoder().encode(text); };
  const record = await WARCRecord.create({ url, date: "2026-11-25T08:30:00Z", type: "response", warcVersion: "WARC/1.1",
    httpHeaders: { "Content-Type": "text/html" }, statusline: "HTTP/1.1 200 OK" }, body());
  out.push(await WARCSerializer.serialize(record, { gzip: true }));
}
fs.writeFileSync(process.argv[1], Buffer.concat(out));
`

// warcio runs a program with the other implementation, or skips the test.
func warcio(t *testing.T, program, file string) string {
	t.Helper()
	modules, err := exec.Command("npm", "root", "--global").Output()
	home := strings.TrimSpace(string(modules))
	if _, missing := os.Stat(filepath.Join(home, "warcio")); err != nil || missing != nil {
		t.Skip("npm install --global warcio, to have it read our files and write some")
	}
	cmd := exec.Command("node", "--input-type=module", "--eval", program, file)
	cmd.Dir = filepath.Dir(home) // where the name of the package is looked up from
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

func TestWeReadOthersFiles(t *testing.T) {
	dir := t.TempDir()
	warcio(t, othersWriter, filepath.Join(dir, "00000001-20261125.warc.gz"))
	var got []string
	for item, err := range OpenFolder(dir).All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		block, err := io.ReadAll(item.Block)
		if err != nil {
			t.Fatal(err)
		}
		x, ok, err := ReadExchange(item.Header, block)
		if err != nil || !ok || !item.Header.Sound(block) {
			t.Errorf("%+v, %v, %v", item.Header, ok, err)
		}
		got = append(got, fmt.Sprintf("%s %d %s", x.URL, x.Status, x.Body))
	}
	if want := "http://a.example/1 200 <p>first\nhttp://a.example/2 200 <p>second"; strings.Join(got, "\n") != want {
		t.Errorf("got %q", got)
	}
}

// TestOthersReadOurFiles has another implementation read a segment, with an erased record in it.
func TestOthersReadOurFiles(t *testing.T) {
	r := newRawTest(t, Options{})
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	fmt.Fprint(z, "<p>", strings.Repeat("zipped text ", 1000))
	z.Close()
	x := Exchange{Kind: "page", URL: "http://a.example/zipped", Start: rawDay, Status: 200, Body: zipped.Bytes(),
		Header: map[string][]string{"Content-Type": {"text/html"}, "Content-Encoding": {"gzip"}}}
	if _, _, err := r.Append(x, "x"); err != nil {
		t.Fatal(err)
	}
	r.put(t, "http://a.example/plain", rawDay, "<p>plain")
	gone := r.put(t, "http://a.example/gone", rawDay, strings.Repeat("<p>gone", 20_000))
	for _, x := range []Exchange{
		{Kind: "feed", URL: "http://a.example/rss", Start: rawDay, Status: 304},
		{Kind: "page", URL: "http://nowhere.example/", Start: rawDay, Reason: "dns", Detail: "no such host"},
	} {
		if _, _, err := r.Append(x, "x"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.AppendTrip(Trip{Kind: KindPage, Subject: "abc", URL: "http://a.example/plain", At: rawDay}); err != nil {
		t.Fatal(err)
	}
	if err := r.db.Condemn(t.Context(), "http://a.example/gone"); err != nil {
		t.Fatal(err)
	}
	if err := r.Erase(t.Context(), r.db); err != nil {
		t.Fatal(err)
	}
	out := warcio(t, othersReader, r.now.Path)
	var kinds []string
	for line := range strings.Lines(out) {
		words := strings.Fields(line)
		kinds = append(kinds, words[0]+" "+words[1]+" "+words[2])
		if sum, ok := strings.CutPrefix(words[4], "sha1:"); ok {
			digest, err := base32.StdEncoding.DecodeString(sum)
			if err != nil || hex.EncodeToString(digest) != words[5] {
				t.Errorf("the digest is not of what the other reader has: %s", line)
			}
		}
	}
	want := []string{"warcinfo - 0", "response http://a.example/zipped 200", "response http://a.example/plain 200", "metadata - 0",
		"revisit http://a.example/rss 304", "metadata http://nowhere.example/ 0", "metadata http://a.example/plain 0"}
	if strings.Join(kinds, "\n") != strings.Join(want, "\n") {
		t.Errorf("read as\n%s", out)
	}
	if _, _, err := r.Read(storage.Place{Segment: gone.Segment, Offset: gone.Offset}); err != nil {
		t.Error(err)
	}
}
