package fetch

import (
	"context"
	"strings"
	"sync"
	"time"
)

// queue gives each host one request at a time, and a pause between two: from the end of one answer to the start of the
// next request, so that a slow server gets the more rest the slower it is.
type queue struct {
	interval time.Duration

	mu    sync.Mutex
	hosts map[string]*line
	sweep int // forget idle hosts when there are this many
}

// line is the queue before one host.
type line struct {
	turn  chan struct{} // holds a token while nobody has the turn; Go serves waiters in the order they came
	users int           // who has or awaits the turn; guarded by queue.mu
	next  time.Time     // no request before this time; guarded by queue.mu
}

// sweepAt is how many hosts are remembered before the idle ones among them are looked for.
const sweepAt = 256

func newQueue(interval time.Duration) *queue {
	return &queue{interval: max(interval, 0), hosts: map[string]*line{}, sweep: sweepAt}
}

// take waits for a host's turn and returns what gives it back. Nobody may wait for a second host's turn while
// holding one: two such callers could wait for each other.
func (q *queue) take(ctx context.Context, host string) (done func(), err error) {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	l := q.join(host)
	select {
	case <-l.turn:
	case <-ctx.Done():
		q.leave(l)
		return nil, ctx.Err()
	}
	if err := q.pause(ctx, l); err != nil {
		l.turn <- struct{}{}
		q.leave(l)
		return nil, err
	}
	return func() { q.end(l) }, nil
}

// join finds a host's line or opens it.
func (q *queue) join(host string) *line {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.hosts[host]
	if l == nil {
		q.forgetIdle()
		l = &line{turn: make(chan struct{}, 1)}
		l.turn <- struct{}{}
		q.hosts[host] = l
	}
	l.users++
	return l
}

// forgetIdle drops the hosts that nobody uses and whose pause is over: what remains of them is nothing. It looks
// only when their number has doubled since it last looked, which costs each request the same.
func (q *queue) forgetIdle() {
	if len(q.hosts) < q.sweep {
		return
	}
	now := time.Now()
	for name, l := range q.hosts {
		if l.users == 0 && !now.Before(l.next) {
			delete(q.hosts, name)
		}
	}
	q.sweep = max(sweepAt, 2*len(q.hosts))
}

// pause waits until the host has had its rest. A context that is over already gets no turn at all.
func (q *queue) pause(ctx context.Context, l *line) error {
	q.mu.Lock()
	wait := time.Until(l.next)
	q.mu.Unlock()
	if wait <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// end gives the turn back after a request.
func (q *queue) end(l *line) {
	q.mu.Lock()
	l.next = time.Now().Add(q.interval)
	q.mu.Unlock()
	l.turn <- struct{}{}
	q.leave(l)
}

func (q *queue) leave(l *line) {
	q.mu.Lock()
	l.users--
	q.mu.Unlock()
}
