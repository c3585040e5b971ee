package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dateline/config"

	"golang.org/x/net/publicsuffix"
)

// TestCatalog lints what the reader lets pass in a user's file and an entry of ours must have.
func TestCatalog(t *testing.T) {
	all, err := config.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("catalog/*.toml")
	if err != nil || len(files) == 0 || len(files) != len(all) {
		t.Fatalf("%d files and %d entries (%v)", len(files), len(all), err)
	}
	owner := map[string]string{}
	for i, a := range all {
		t.Run(a.ID, func(t *testing.T) {
			if want := strings.TrimSuffix(filepath.Base(files[i]), ".toml"); a.ID != want {
				t.Errorf("the file of agency %q is %q", a.ID, files[i])
			}
			if a.Name == "" || a.Language == "" {
				t.Errorf("lacks name or language: %+v", a)
			}
			https(t, append(slices.Clone(a.Feeds), a.Home)...)
			for _, feed := range a.Feeds {
				if other := owner[feed]; other != "" {
					t.Errorf("feed %q is also %q's", feed, other)
				}
				owner[feed] = a.ID
				sameSite(t, feed, a.Home)
			}
			honest(t, files[i])
		})
	}
}

func https(t *testing.T, addresses ...string) {
	t.Helper()
	for _, address := range addresses {
		if !strings.HasPrefix(address, "https://") {
			t.Errorf("address %q is not https", address)
		}
	}
}

// sameSite catches a feed that was copied from another entry.
func sameSite(t *testing.T, feed, home string) {
	t.Helper()
	site := func(address string) string {
		host, _, _ := strings.Cut(strings.TrimPrefix(address, "https://"), "/")
		domain, err := publicsuffix.EffectiveTLDPlusOne(host)
		if err != nil {
			t.Errorf("address %q: %v", address, err)
		}
		return domain
	}
	if site(feed) != site(home) {
		t.Errorf("feed %q is not on the site of %q", feed, home)
	}
}

// honest checks that the file says what could not be tried, and gives a reason where it asserts no licence.
func honest(t *testing.T, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	head, _, _ := strings.Cut(text, "\nid = ")
	head = strings.ReplaceAll(head, "\n# ", " ")
	for _, want := range []string{"could not be tried where this was written", "`dateline feeds --probe` asks it"} {
		if strings.Count(head, want) != 1 {
			t.Errorf("the head does not say once: %s", want)
		}
	}
	asserts := strings.Contains(text, "\nlicense = ")
	if strings.Contains(head, "licence is asserted") == asserts {
		t.Error("the head and the key license disagree on whether a licence is asserted")
	}
}

func TestLookup(t *testing.T) {
	a, ok := config.Lookup("mehr-en")
	if !ok || a.Name != "Mehr News Agency" {
		t.Errorf("got %+v, %v", a, ok)
	}
	// What one caller does to its entry is not seen by another.
	a.Feeds[0], a.Rules.Drop[0] = "changed", "changed"
	if b, _ := config.Lookup("mehr-en"); b.Feeds[0] == "changed" || b.Rules.Drop[0] == "changed" {
		t.Error("two callers share an entry")
	}
	for _, id := range []string{"", "absent", "../profile/nastooh", "MEHR-EN", ".", "mehr-en.toml", "a/../mehr-en"} {
		if _, ok := config.Lookup(id); ok {
			t.Errorf("%q is found", id)
		}
	}
}

// All of the catalogue can be on together.
func TestEnableAll(t *testing.T) {
	all, err := config.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	text.WriteString("enable = [")
	for _, a := range all {
		text.WriteString("'" + a.ID + "',")
	}
	c := parse(t, text.String()+"]")
	equal(t, "agencies", c.Agencies, all)
}
