package fetch

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// queue gives each host one request at a time, and a pause between two: from the end of one answer to the start of the
// next request, so that a slow server gets the more rest the slower it is. Hosts that are found to live at one address
// wait in one more line, the address's: to the machine behind it they are one visitor. All times are of the monotonic
// clock, so a clock that is set makes neither a burst nor a stall.
type queue struct {
	interval time.Duration

	mu    sync.Mutex
	lines map[string]*line // by host's name, or @address
	sweep int              // forget idle lines when there are this many
}

// line is the queue before one host or address.
type line struct {
	turn chan struct{} // holds a token while nobody has the turn; Go serves waiters in the order they came

	// Guarded by queue.mu.
	users   int           // who has or awaits the turn
	last    time.Time     // when the last request ended
	pause   time.Duration // after it
	address string        // of a host: the line of the address where it was last seen
	conn    net.Conn      // of a host: its one connection, while that is open
}

// turn is the leave to send one request to a host. It ends with end.
type turn struct {
	queue *queue
	host  *line
	gap   time.Duration // since the end of the request before; 0 for the first

	// Guarded by queue.mu.
	address *line // whose turn is held too, nil if none
	moves   int   // addresses where the host was found
	over    bool
}

// maxMoves bounds how many addresses of a host are waited for in one turn.
const maxMoves = 3

// sweepAt is how many lines are remembered before the idle ones among them are looked for.
const sweepAt = 256

// errShared is a connection that was hung up before anything was sent: the host lives at an address whose turn it is not.
var errShared = errors.New("the address is another host's for now")

func newQueue(interval time.Duration) *queue {
	return &queue{interval: max(interval, 0), lines: map[string]*line{}, sweep: sweepAt}
}

// take waits for a host's turn; the pause before it is the longer of the queue's and the one given. Nobody may wait for
// a second host's turn while holding one: two such callers could wait for each other. Addresses come after hosts, always.
func (q *queue) take(ctx context.Context, host string, pause time.Duration) (*turn, error) {
	l := q.join(strings.TrimSuffix(strings.ToLower(host), "."))
	if err := q.enter(ctx, l, max(q.interval, pause)); err != nil {
		return nil, err
	}
	t := &turn{queue: q, host: l}
	q.mu.Lock()
	if !l.last.IsZero() {
		t.gap = time.Since(l.last)
	}
	known := l.address != ""
	q.mu.Unlock()
	if known {
		if err := t.share(ctx); err != nil {
			t.giveBack(time.Time{})
			return nil, err
		}
	}
	return t, nil
}

// join finds a line or opens it.
func (q *queue) join(name string) *line {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.joinLocked(name)
}

func (q *queue) joinLocked(name string) *line {
	l := q.lines[name]
	if l == nil {
		q.forgetIdle()
		l = &line{turn: make(chan struct{}, 1)}
		l.turn <- struct{}{}
		q.lines[name] = l
	}
	l.users++
	return l
}

// forgetIdle drops the lines that nobody uses, whose pause is over and which have no connection: what remains of them
// is nothing. It looks only when their number has doubled since it last looked, which costs each request the same.
func (q *queue) forgetIdle() {
	if len(q.lines) < q.sweep {
		return
	}
	for name, l := range q.lines {
		if l.users == 0 && l.conn == nil && time.Since(l.last) >= l.pause {
			delete(q.lines, name)
		}
	}
	q.sweep = max(sweepAt, 2*len(q.lines))
}

// enter waits in a line that was joined, and then until its pause is over. It leaves the line if the context ends first.
func (q *queue) enter(ctx context.Context, l *line, pause time.Duration) error {
	select {
	case <-l.turn:
	case <-ctx.Done():
		q.leave(l)
		return ctx.Err()
	}
	q.mu.Lock()
	l.pause = pause
	var wait time.Duration
	if !l.last.IsZero() {
		wait = pause - time.Since(l.last)
	}
	q.mu.Unlock()
	if err := sleep(ctx, wait); err != nil {
		l.turn <- struct{}{}
		q.leave(l)
		return err
	}
	return nil
}

// sleep waits. A context that is over already gets no turn at all.
func sleep(ctx context.Context, wait time.Duration) error {
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

func (q *queue) leave(l *line) {
	q.mu.Lock()
	l.users--
	q.mu.Unlock()
}

// share waits for the turn of the address where the host was last seen.
func (t *turn) share(ctx context.Context) error {
	q := t.queue
	q.mu.Lock()
	l := q.joinLocked(t.host.address)
	q.mu.Unlock()
	if err := q.enter(ctx, l, q.interval); err != nil {
		return err
	}
	q.mu.Lock()
	t.address = l
	q.mu.Unlock()
	return nil
}

// end gives the turn back after a request.
func (t *turn) end() { t.giveBack(time.Now()) }

// giveBack ends the turn; the time is that of the request's end, zero if none was sent.
func (t *turn) giveBack(ended time.Time) {
	t.queue.mu.Lock()
	defer t.queue.mu.Unlock()
	t.over = true
	t.host.release(ended)
	if t.address != nil {
		t.address.release(ended)
	}
}

// release gives a line's turn to the next; queue.mu is held.
func (l *line) release(ended time.Time) {
	if !ended.IsZero() {
		l.last = ended
	}
	l.users--
	l.turn <- struct{}{} // there is room: the token is ours
}

// arrive is told of a new connection before anything is sent on it. It closes the host's other connection, if there is
// one, and takes the turn of the address; errShared says that this is not to be had at once.
func (t *turn) arrive(conn net.Conn) (net.Conn, error) {
	q := t.queue
	q.mu.Lock()
	if t.over {
		q.mu.Unlock()
		return nil, net.ErrClosed // the one who dialled has given up
	}
	if !t.takeAddress(conn.RemoteAddr()) {
		q.mu.Unlock()
		return nil, errShared
	}
	old, held := t.host.conn, &hostConn{Conn: conn, queue: q, host: t.host}
	t.host.conn = held
	q.mu.Unlock()
	if old != nil {
		old.Close()
	}
	return held, nil
}

// hangUp closes the host's connection after a failure. HTTP/2 would go on with it, and a server that floods it, or still
// sends what is too large, would be listened to for as long as it likes.
func (t *turn) hangUp() {
	t.queue.mu.Lock()
	conn := t.host.conn
	t.queue.mu.Unlock()
	if conn != nil {
		conn.Close()
	}
}

// takeAddress tries the turn of an address without waiting; queue.mu is held. What has no IP address has no line, and
// without a pause there is none to share. A host that is somewhere else each time is not chased for ever.
func (t *turn) takeAddress(a net.Addr) bool {
	q := t.queue
	tcp, ok := a.(*net.TCPAddr)
	if !ok || q.interval == 0 {
		return true
	}
	ip, _ := netip.AddrFromSlice(tcp.IP)
	name := "@" + ip.Unmap().String()
	if t.address != nil && t.host.address == name || t.moves == maxMoves {
		return true
	}
	if t.address != nil {
		t.address.release(time.Time{})
		t.address = nil
	}
	t.moves++
	t.host.address = name
	l := q.joinLocked(name)
	if l.last.IsZero() || time.Since(l.last) >= q.interval {
		select {
		case <-l.turn:
			l.pause, t.address = q.interval, l
			return true
		default:
		}
	}
	l.users--
	return false
}

// hostConn is a host's connection, which its line knows until it is closed.
type hostConn struct {
	net.Conn
	queue *queue
	host  *line
}

func (c *hostConn) Close() error {
	c.queue.mu.Lock()
	if c.host.conn == c {
		c.host.conn = nil
	}
	c.queue.mu.Unlock()
	return c.Conn.Close()
}
