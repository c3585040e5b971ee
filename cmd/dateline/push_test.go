package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"dateline/config"
)

// lockedBuffer takes the log of several goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newDoor is a door whose handler answers with the path.
func newDoor(t *testing.T) (*hubDoor, *lockedBuffer) {
	log := &lockedBuffer{}
	d := &hubDoor{log: slog.New(slog.NewTextHandler(log, nil)), handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(w, io.MultiReader(strings.NewReader(r.URL.Path+" "), r.Body))
	})}
	t.Cleanup(func() { d.close(t.Context()) })
	return d, log
}

// address is where the door listens by the last line of its log that says so.
func address(t *testing.T, log *lockedBuffer) string {
	t.Helper()
	all := regexp.MustCompile(`msg="listening for hubs" listen=(\S+)`).FindAllStringSubmatch(log.String(), -1)
	if len(all) == 0 {
		t.Fatalf("no address in the log:\n%s", log)
	}
	return all[len(all)-1][1]
}

func knock(address string) (string, error) {
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := c.Post("http://"+address+"/push/token", "text/plain", strings.NewReader("news"))
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return string(b), err
}

// TestHubDoor is open while a configuration has a callback, and where it says.
func TestHubDoor(t *testing.T) {
	d, log := newDoor(t)
	d.use(t.Context(), config.Push{Listen: "127.0.0.1:0"})
	if log.String() != "" {
		t.Errorf("without a callback: %s", log)
	}
	on := config.Push{Callback: "https://desk.example/push", Listen: "127.0.0.1:0"}
	d.use(t.Context(), on)
	first := address(t, log)
	if got, err := knock(first); err != nil || got != "/push/token news" {
		t.Errorf("%q, %v", got, err)
	}
	d.use(t.Context(), on)
	if address(t, log) != first {
		t.Error("the same configuration opened another door")
	}
	on.Listen = "localhost:0"
	d.use(t.Context(), on)
	second := address(t, log)
	if _, err := knock(first); err == nil || second == first {
		t.Errorf("still open at %s, now at %s", first, second)
	}
	d.use(t.Context(), config.Push{Listen: on.Listen})
	if _, err := knock(second); err == nil {
		t.Error("still open without a callback")
	}
}

// TestHubDoorTaken: an address that is in use is said, and no reason to end.
func TestHubDoorTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d, log := newDoor(t)
	p := config.Push{Callback: "https://desk.example/push", Listen: l.Addr().String()}
	d.use(t.Context(), p)
	if !strings.Contains(log.String(), `level=ERROR msg="hubs can't deliver"`) {
		t.Errorf("the log says: %s", log)
	}
	l.Close()
	d.use(t.Context(), p) // as after SIGHUP
	if got, err := knock(address(t, log)); err != nil || got != "/push/token news" {
		t.Errorf("%q, %v", got, err)
	}
}

// TestAttack48Headers: who sends headers without end is cut off.
func TestAttack48Headers(t *testing.T) {
	d, log := newDoor(t)
	d.use(t.Context(), config.Push{Callback: "https://desk.example/push", Listen: "127.0.0.1:0"})
	conn, err := net.Dial("tcp", address(t, log))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET /push/token HTTP/1.1\r\nHost: desk.example\r\n")
	sent := 0
	for n := 0; sent < 1<<20 && err == nil; n++ {
		var k int
		k, err = fmt.Fprintf(conn, "X-%d: %s\r\n", n, strings.Repeat("x", 1000))
		sent += k
	}
	answer, _ := io.ReadAll(conn)
	if err == nil && !bytes.Contains(answer, []byte("431")) {
		t.Errorf("%d bytes of headers were taken: %s", sent, answer)
	}
}
