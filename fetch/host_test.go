package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dateline/fetch/fetchtest"
)

// Each request takes a second, and the pause runs from its end.
func TestManner29OneHostIsSpaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, begin := newQueue(2*time.Second), time.Now()
		var starts []time.Duration
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				turn, err := q.take(t.Context(), "News.example.", 0)
				if err != nil {
					t.Error(err)
					return
				}
				starts = append(starts, time.Since(begin)) // the queue itself is the lock
				time.Sleep(time.Second)
				turn.end()
			})
		}
		wg.Wait()
		for i, at := range starts {
			if want := time.Duration(i) * 3 * time.Second; at != want {
				t.Errorf("request %d began after %s, want %s", i, at, want)
			}
		}
	})
}

func TestQueueServesHostsSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, begin := newQueue(time.Minute), time.Now()
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				turn, err := q.take(t.Context(), fmt.Sprintf("%d.example", i), 0)
				if err != nil {
					t.Error(err)
					return
				}
				time.Sleep(time.Second)
				turn.end()
			})
		}
		wg.Wait()
		if took := time.Since(begin); took != time.Second {
			t.Errorf("50 hosts took %s, want 1s", took)
		}
	})
}

// One who gives up leaves the line in order for those behind, whether it waited for a turn or for the pause.
func TestQueueCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(10 * time.Second)
		turn, err := q.take(t.Context(), "h", 0)
		if err != nil {
			t.Fatal(err)
		}
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := q.take(short, "h", 0); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waiting for a turn: %v", err)
		}
		turn.end()
		begin := time.Now()
		short, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := q.take(short, "h", 0); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != time.Second {
			t.Errorf("waiting for the pause: %v after %s", err, time.Since(begin))
		}
		turn, err = q.take(t.Context(), "h", 0)
		if err != nil || time.Since(begin) != 10*time.Second {
			t.Errorf("the next in line: %v after %s, want 10s", err, time.Since(begin))
		}
		turn.end()
	})
}

// The memory is bounded by the hosts that were asked within one pause, however many there have been.
func TestQueueForgetsHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(time.Second)
		held, err := q.take(t.Context(), "held", 0)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 10 * sweepAt {
			turn, err := q.take(t.Context(), fmt.Sprintf("%d.example", i), 0)
			if err != nil {
				t.Fatal(err)
			}
			turn.end()
			time.Sleep(100 * time.Millisecond)
		}
		if n := len(q.lines); n > sweepAt {
			t.Errorf("%d hosts are remembered, want at most %d", n, sweepAt)
		}
		if q.lines["held"] == nil {
			t.Error("a host whose turn is taken was forgotten")
		}
		held.end()
	})
}

func TestQueueWithoutPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, begin := newQueue(-1), time.Now()
		for range 100 {
			turn, err := q.take(t.Context(), "h", 0)
			if err != nil {
				t.Fatal(err)
			}
			turn.end()
		}
		if took := time.Since(begin); took != 0 {
			t.Errorf("took %s, want no pause", took)
		}
	})
}

// addressed is a connection to a place on the internet.
type addressed struct {
	net.Conn
	at string
}

func (c addressed) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(c.at), 80))
}

// neighbours is a web whose hosts live at addresses, and a client of it.
func neighbours(t *testing.T, interval time.Duration, at map[string]string) (*fetchtest.Web, *Client) {
	web := fetchtest.New(t, "")
	for host := range at {
		web.Handle(host, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(500 * time.Millisecond)
			fmt.Fprint(w, tinyFeed)
		}))
	}
	c := New(Options{HostInterval: interval, Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := web.Dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return addressed{conn, at[strings.TrimSuffix(addr, ":80")]}, nil
	}})
	t.Cleanup(c.Close)
	return web, c
}

// pollAll asks the feeds of some hosts at once, twice each, and gives the least time between the starts of two requests.
func pollAll(t *testing.T, web *fetchtest.Web, c *Client, at map[string]string) time.Duration {
	var wg sync.WaitGroup
	for host := range at {
		for range 2 {
			wg.Go(func() {
				if _, err := c.Poll(t.Context(), "http://"+host+"/feed", Validators{}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	least := time.Hour
	all := web.Requests()
	for i := range all[1:] {
		least = min(least, all[i+1].Time.Sub(all[i].Time))
	}
	return least
}

// To the machine behind them, the hosts of one address have one visitor: also at the first visit, when nobody knows yet
// that they are neighbours.
func TestManner29HostsOfOneAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := map[string]string{}
		for i := range 10 {
			at[fmt.Sprintf("%d.example", i)] = "192.0.2.1"
		}
		at["mapped.example"] = "::ffff:192.0.2.1"
		web, c := neighbours(t, time.Second, at)
		if least := pollAll(t, web, c, at); least != 1500*time.Millisecond {
			t.Errorf("requests were %s apart, want half a second of an answer and one of the pause", least)
		}
		if n := len(web.Dials()); n > 2*len(at) {
			t.Errorf("%d connections for %d hosts", n, len(at))
		}
	})
}

func TestHostsOfManyAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := map[string]string{"a.example": "192.0.2.1", "b.example": "192.0.2.2", "c.example": "2001:db8::1"}
		web, c := neighbours(t, time.Second, at)
		began := time.Now()
		if pollAll(t, web, c, at); time.Since(began) != 2*time.Second {
			t.Errorf("took %s, want 2s: side by side", time.Since(began))
		}
		if n := len(web.Dials()); n != 3 {
			t.Errorf("%d connections, want 3", n)
		}
	})
}

// A host that is somewhere else at each look-up is waited for a few times, and then asked.
func TestHostThatMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, ctx := newQueue(time.Hour), t.Context()
		turn, err := q.take(ctx, "h", 0)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 2 * maxMoves {
			busy := fmt.Sprintf("192.0.2.%d", i)
			q.join("@" + busy).last = time.Now()
			near, far := net.Pipe()
			defer far.Close()
			conn, err := turn.arrive(addressed{near, busy})
			if (err != nil) != (i < maxMoves) {
				t.Errorf("address %d: %v", i, err)
			}
			if conn != nil {
				conn.Close()
			}
		}
		turn.end()
	})
}

// The pause is measured by a clock that nobody sets.
func TestManner30ClockThatJumps(t *testing.T) {
	q := newQueue(time.Hour)
	turn, err := q.take(t.Context(), "h", 0)
	if err != nil {
		t.Fatal(err)
	}
	turn.end()
	if last := q.lines["h"].last; !strings.Contains(last.String(), " m=") {
		t.Errorf("%s has no monotonic reading", last)
	}
	if v := (verdict{}).next(rules{}, nil, time.Now()); !strings.Contains(v.until.String(), " m=") {
		t.Errorf("robots.txt counts until %s, which has no monotonic reading", v.until)
	}
}
