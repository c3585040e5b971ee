package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"dateline/storage"
)

// demoOutput is what the demo prints, played within the test's process.
func demoOutput(t *testing.T) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := dateline([]string{"demo"}, strings.NewReader(""), &stdout, &stderr); code != exitOK || stderr.Len() > 0 {
		t.Fatalf("exit code %d\n%s%s", code, &stdout, &stderr)
	}
	return stdout.String()
}

// demoRecord is the record that it shows.
func demoRecord(t *testing.T) (text string, r storage.Record) {
	t.Helper()
	_, rest, _ := strings.Cut(demoOutput(t), "\n{\n")
	body, _, ok := strings.Cut(rest, "\n}\n")
	text = "{\n" + body + "\n}"
	if err := json.Unmarshal([]byte(text), &r); !ok || err != nil {
		t.Fatalf("no record in the demo's output: %v\n%s", err, text)
	}
	return text, r
}

// TestDemoAgain plays the demo twice: apart from the time it says the same, so it may be quoted.
func TestDemoAgain(t *testing.T) {
	now := regexp.MustCompile(`\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\dZ?)?`)
	first, second := demoOutput(t), demoOutput(t)
	if a, b := now.ReplaceAllString(first, "NOW"), now.ReplaceAllString(second, "NOW"); a != b {
		t.Errorf("the demo differs from itself: %s", firstDifference(a, b))
	}
}

func TestDemoRecord(t *testing.T) {
	_, r := demoRecord(t)
	if r.License == nil || r.License.SPDX != "CC-BY-4.0" || r.License.Holder != "Lantern Coast News Agency" ||
		!strings.HasPrefix(r.License.Statement, "All Content by Lantern Coast News Agency is licensed under") {
		t.Errorf("licence %+v", r.License)
	}
	if len(r.AlsoIn) != 1 || r.AlsoIn[0].Agency.ID != "harbour" {
		t.Errorf("also in %+v", r.AlsoIn)
	}
	paragraphs := strings.Split(r.Text, "\n\n")
	if len(paragraphs) != 4 || !strings.HasSuffix(r.Text, "before the winter holidays.") {
		t.Errorf("text of %d paragraphs:\n%s", len(paragraphs), r.Text)
	}
	if !strings.Contains(r.Attribution, r.Title) || !strings.Contains(r.Attribution, r.URL) {
		t.Errorf("attribution %q", r.Attribution)
	}
}
