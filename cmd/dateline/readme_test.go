package main

import (
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
)

func readme(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(root + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestReadmeCommands fails when a command is added or renamed and the README not.
func TestReadmeCommands(t *testing.T) {
	text := readme(t)
	known := map[string]bool{}
	for _, c := range newApp(nil, io.Discard, io.Discard).commands() {
		known[c.Name()] = true
		if !regexp.MustCompile(`dateline ` + c.Name() + `\b`).MatchString(text) {
			t.Errorf("the README does not name dateline %s", c.Name())
		}
	}
	for _, m := range regexp.MustCompile("(?m)(?:^|`)(?:go run ./cmd/)?dateline ([a-z]+)").FindAllStringSubmatch(text, -1) {
		if !known[m[1]] && m[1] != "reads" {
			t.Errorf("the README names dateline %s, which is no command", m[1])
		}
	}
}

// TestReadmeRecord holds the README's example to what the program prints.
func TestReadmeRecord(t *testing.T) {
	_, rest, _ := strings.Cut(readme(t), "```json\n")
	quoted, _, ok := strings.Cut(rest, "\n```")
	if !ok || strings.Contains(quoted, "@RECORD@") {
		t.Skip("the README shows no record yet")
	}
	fetched := regexp.MustCompile(`"(fetched|first_seen|last_seen)": "[^"]*"`)
	got, _ := demoRecord(t)
	if a, b := fetched.ReplaceAllString(got, ""), fetched.ReplaceAllString(quoted, ""); a != b {
		t.Errorf("the README's record is not the demo's: %s", firstDifference(a, b))
	}
}
