package storage_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dateline/storage"
)

// duckdb is a program for Node.js that runs a query of DuckDB's npm package and prints the rows as JSON.
const duckdb = `
const { DuckDBInstance } = require('@duckdb/node-api');
(async () => {
	const c = await (await DuckDBInstance.create(':memory:')).connect();
	const r = await c.runAndReadAll(process.argv[1]);
	console.log(JSON.stringify(r.getRowObjectsJson()));
})().catch(e => { console.error(String(e)); process.exit(1); });
`

// queryDuckDB asks DuckDB; where it is not installed, the test is skipped: npm install @duckdb/node-api, with NODE_PATH if that is
// elsewhere than node looks.
func queryDuckDB(t *testing.T, query string) (rows []map[string]any) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil || exec.Command(node, "-e", "require('@duckdb/node-api')").Run() != nil {
		t.Skip("no DuckDB here")
	}
	c := exec.Command(node, "-e", duckdb, query)
	c.Env = append(os.Environ(), "TZ=UTC")
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	if err := json.Unmarshal(out, &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestDuckDBReads has another program read what is exported, in each format that it reads.
func TestDuckDBReads(t *testing.T) {
	records := formatRecords()
	for i := range 500 {
		records = append(records, storage.Record{
			ID: fmt.Sprint("z", i), Agency: agency("a"), Title: fmt.Sprintf("\"Title\", %d\nin two lines", i), Text: long(fmt.Sprint(i)), Language: "en",
			Published: now.AddDate(0, 0, i), Fetched: now, Authors: []string{"Ada", "Ben"}, Revision: 1, License: &storage.License{SPDX: "CC0-1.0"},
		})
	}
	length, authors := 0, 0
	for _, r := range records {
		length, authors = length+len(r.Text), authors+len(r.Authors)
	}
	dir := t.TempDir()
	for name, query := range map[string]string{
		"out.parquet":   "SELECT count(*) n, sum(strlen(text)) bytes, count(published) dated, count(license.spdx) licensed, sum(len(authors)) authors FROM read_parquet('FILE')",
		"out.jsonl":     "SELECT count(*) n, sum(strlen(text)) bytes, count(published) dated, count(license.spdx) licensed, sum(len(authors)) authors FROM read_json('FILE')",
		"out.jsonl.gz":  "SELECT count(*) n, sum(strlen(text)) bytes, count(published) dated, count(license.spdx) licensed, sum(len(authors)) authors FROM read_json('FILE')",
		"out.jsonl.zst": "SELECT count(*) n, sum(strlen(text)) bytes, count(published) dated, count(license.spdx) licensed, sum(len(authors)) authors FROM read_json('FILE')",
		"out.csv":       "SELECT count(*) n, sum(strlen(text)) bytes, count(published) dated, count(license) licensed, sum(json_array_length(authors)) authors FROM read_csv('FILE')",
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, exportAs(t, storage.ExportOptions{Format: storage.FormatOf(name)}, records...), 0o644); err != nil {
			t.Fatal(err)
		}
		row := queryDuckDB(t, strings.ReplaceAll(query, "FILE", path))[0]
		want := map[string]int{"n": len(records), "bytes": length, "dated": 501, "licensed": 502, "authors": authors}
		for column, n := range want {
			if got := fmt.Sprint(row[column]); got != fmt.Sprint(n) {
				t.Errorf("%s: %s is %s, want %d", name, column, got, n)
			}
		}
	}
	schema := queryDuckDB(t, fmt.Sprintf("DESCRIBE SELECT * FROM read_parquet('%s')", filepath.Join(dir, "out.parquet")))
	types := map[string]string{}
	for _, column := range schema {
		types[fmt.Sprint(column["column_name"])] = fmt.Sprint(column["column_type"])
	}
	for column, want := range map[string]string{
		"id": "VARCHAR", "published": "TIMESTAMP WITH TIME ZONE", "authors": "VARCHAR[]", "confidence": "DOUBLE", "revision": "INTEGER",
		"agency": "STRUCT(id VARCHAR, \"name\" VARCHAR, home VARCHAR)",
	} {
		if types[column] != want {
			t.Errorf("DuckDB takes %s for %s, want %s", column, types[column], want)
		}
	}
}
