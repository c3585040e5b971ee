package storage

import (
	"context"
	"errors"
	"sync"
)

// Bounds of one driver transaction: how many updates share it, and how many bytes of keys and values they may have staged
// before no further one is let in.
const (
	maxGroup      = 400
	maxGroupBytes = 16 << 20
)

// writer groups updates: what queues up while one transaction is synced to the disk goes into the next, so many callers
// share one sync and a lone one waits for nobody. It has no goroutine of its own. The caller at the head of the
// queue leads: it runs a group, tells the others how theirs went, and hands the lead to whoever is first by then.
type writer struct {
	driver Driver
	near   *finder

	// beforeCommit is called when all of a group is staged and nothing of it is on the disk: what the rows point
	// at is made durable first. An error fails the group. It is set before the first update.
	beforeCommit func(context.Context) error

	mu    sync.Mutex
	queue []*job
	led   bool // somebody leads
}

// job is one caller's update.
type job struct {
	ctx  context.Context
	fn   func(tx) error
	near *finder
	turn chan bool // true: lead the next group; false: it is settled

	err      error
	panicked any // what fn panicked with; the caller panics with it
}

// update runs fn in a transaction that it may share with others, and returns when that is on the disk. The promises are
// those of [Driver].Update: fn may run again, and nothing of it is left behind if it fails, panics, or if its context
// ends before the commit.
func (w *writer) update(ctx context.Context, fn func(tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j := &job{ctx: ctx, fn: fn, near: w.near, turn: make(chan bool, 1)}
	if w.enter(j) || <-j.turn {
		w.lead()
	}
	if j.panicked != nil {
		panic(j.panicked)
	}
	return j.err
}

// enter queues a job, and says whether its caller leads at once.
func (w *writer) enter(j *job) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queue = append(w.queue, j)
	first := !w.led
	w.led = true
	return first
}

// lead runs the group at the head of the queue, the leader's own job first.
func (w *writer) lead() {
	g := &group{writer: w}
	settled := false
	defer func() { // also if the driver panics, which answers a damaged file
		if !settled {
			g.fail(errors.New("the transaction was given up"))
		}
		w.handOver(g)
	}()
	err := w.driver.Update(context.WithoutCancel(g.head().ctx), g.run)
	settled = true
	if err != nil {
		g.fail(err)
	}
}

// handOver tells a group's callers that it is over, and the next in the queue to lead.
func (w *writer) handOver(g *group) {
	for i, j := range g.jobs {
		if i > 0 { // the first is the leader itself
			j.turn <- false
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.led = len(w.queue) > 0
	if w.led {
		w.queue[0].turn <- true
	}
}

// group is the jobs that share a transaction.
type group struct {
	writer *writer
	jobs   []*job
}

// head is the leader's job, which it takes from the queue.
func (g *group) head() *job {
	if len(g.jobs) == 0 {
		g.take()
	}
	return g.jobs[0]
}

// take moves the next job from the queue to the group; false if there is none.
func (g *group) take() bool {
	w := g.writer
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) == 0 || len(g.jobs) == maxGroup {
		return false
	}
	g.jobs = append(g.jobs, w.queue[0])
	w.queue[0] = nil
	w.queue = w.queue[1:]
	return true
}

// run stages what the jobs write, then writes it to the driver's transaction. A driver may call it again: every run
// starts afresh.
func (g *group) run(t Tx) error {
	var s *stage
	for cancelled := true; cancelled; cancelled = g.cancelled() {
		s = newStage(t)
		for i := 0; i < len(g.jobs) || s.bytes < maxGroupBytes && g.take(); i++ {
			g.jobs[i].run(s)
		}
	}
	if g.failed() {
		return errGroupFailed
	}
	if hook := g.writer.beforeCommit; hook != nil {
		if err := hook(context.WithoutCancel(g.jobs[0].ctx)); err != nil {
			return err
		}
	}
	return s.flush()
}

// errGroupFailed gives up a transaction of which nothing is left.
var errGroupFailed = errors.New("every update of the group failed")

// run lets one job write to the stage, and takes back what it wrote if it fails.
func (j *job) run(s *stage) {
	mark := s.mark()
	j.panicked, j.err = nil, j.ctx.Err()
	defer func() {
		if r := recover(); r != nil {
			j.panicked, j.err = r, errors.New("panic")
		}
		if j.err != nil {
			s.rollback(mark)
		}
	}()
	if j.err == nil {
		j.err = j.fn(tx{Tx: s, near: j.near})
	}
}

// cancelled says whether a job's context has ended since it ran. The rest must run again without it, as it may have read
// what that job wrote.
func (g *group) cancelled() bool {
	for _, j := range g.jobs {
		if j.err == nil && j.ctx.Err() != nil {
			return true
		}
	}
	return false
}

func (g *group) failed() bool {
	for _, j := range g.jobs {
		if j.err == nil {
			return false
		}
	}
	return true
}

// fail gives the transaction's error to all whose own job went well.
func (g *group) fail(err error) {
	for _, j := range g.jobs {
		if j.err == nil {
			j.err = err
		}
	}
}
