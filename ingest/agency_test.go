package ingest_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"
)

// agency is the small agency of testdata/agency.txtar as a web: validators as a good publisher gives them, and
// failures on demand.
type agency struct {
	mu     sync.Mutex
	pages  map[string]string // by host and path
	fails  map[string]int    // how often an address answers 503 before it works; -1: always
	status map[string]int    // an address that always answers this
	asked  []string          // method-less log: address, and "304" where that was the answer
}

func newAgency(t testing.TB) *agency {
	t.Helper()
	b, err := os.ReadFile("testdata/agency.txtar")
	if err != nil {
		t.Fatal(err)
	}
	a := &agency{pages: map[string]string{}, fails: map[string]int{}, status: map[string]int{}}
	for _, f := range txtar.Parse(b).Files {
		a.pages[f.Name] = string(f.Data)
	}
	if len(a.pages) == 0 {
		t.Fatal("testdata/agency.txtar: no files")
	}
	return a
}

func (a *agency) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	name := r.Host + r.URL.Path
	if a.fails[name] != 0 {
		a.fails[name]--
		a.asked = append(a.asked, name+" 503")
		http.Error(w, "try later", http.StatusServiceUnavailable)
		return
	}
	if code := a.status[name]; code != 0 {
		a.asked = append(a.asked, fmt.Sprint(name, " ", code))
		http.Error(w, http.StatusText(code), code)
		return
	}
	body, ok := a.pages[name]
	if !ok {
		a.asked = append(a.asked, name+" 404")
		http.NotFound(w, r)
		return
	}
	tag := fmt.Sprintf(`"%x"`, sha256.Sum256([]byte(body)))
	w.Header().Set("ETag", tag)
	w.Header().Set("Content-Type", kind(body))
	if r.Header.Get("If-None-Match") == tag {
		a.asked = append(a.asked, name+" 304")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	a.asked = append(a.asked, name+" 200")
	fmt.Fprint(w, body)
}

func kind(body string) string {
	if strings.HasPrefix(body, "<!DOCTYPE html") {
		return "text/html; charset=utf-8"
	}
	return "application/xml"
}

// log gives what was asked for since the last call.
func (a *agency) log() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	asked := a.asked
	a.asked = nil
	return asked
}

// edit replaces text on a page or feed.
func (a *agency) edit(name, old, new string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pages[name] = strings.Replace(a.pages[name], old, new, 1)
}
