package ingest

import (
	"context"
	"runtime"
	"sync"
)

// width is how many hosts are dealt with side by side.
const width = 64

// lanes runs jobs, those of one host one after the other and many hosts side by side. The first job that fails
// stops them all.
type lanes struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	free   chan struct{} // a token per lane that may run
	beside chan struct{} // a token per job that left its lane
	wg     sync.WaitGroup

	mu     sync.Mutex
	queues map[string][]job // by host; a key exists while its lane runs
	keys   map[string]bool  // jobs that wait or run
}

type job struct {
	key string
	run func(ctx context.Context, leave func()) error
}

// besides is how many jobs may go on beside their lanes: enough that the processors have work while commits are synced to the
// disk, and no more, since each holds a page.
func besides() int { return 8 * runtime.GOMAXPROCS(0) }

func newLanes(ctx context.Context) *lanes {
	ctx, cancel := context.WithCancelCause(ctx)
	return &lanes{
		ctx: ctx, cancel: cancel, free: make(chan struct{}, width), beside: make(chan struct{}, besides()),
		queues: map[string][]job{}, keys: map[string]bool{},
	}
}

// add lines a job up, unless one with its key waits or runs already.
func (l *lanes) add(host, key string, run func(context.Context) error) {
	l.addLeaving(host, key, func(ctx context.Context, _ func()) error { return run(ctx) })
}

// addLeaving is add for a job that calls leave when it is done with the host. What it does then, it does beside its lane, whose next
// job begins.
func (l *lanes) addLeaving(host, key string, run func(ctx context.Context, leave func()) error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.keys[key] {
		return
	}
	l.keys[key] = true
	queue, running := l.queues[host]
	l.queues[host] = append(queue, job{key, run})
	if !running {
		l.wg.Go(func() { l.lane(host) })
	}
}

// length is how many jobs wait for a host.
func (l *lanes) length(host string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.queues[host])
}

// clear forgets the jobs that wait.
func (l *lanes) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for host, queue := range l.queues {
		for _, j := range queue {
			delete(l.keys, j.key)
		}
		l.queues[host] = nil
	}
}

// lane runs a host's jobs. It asks for a token for each, so that hosts with much to do let others pass.
func (l *lanes) lane(host string) {
	for {
		select {
		case l.free <- struct{}{}:
		case <-l.ctx.Done():
			return
		}
		j, ok := l.next(host)
		if ok {
			l.run(j)
		}
		<-l.free
		if !ok {
			return
		}
	}
}

// run runs a job until it ends or leaves the lane.
func (l *lanes) run(j job) {
	left := make(chan struct{})
	l.wg.Go(func() {
		is := inLane
		leave := func() {
			if is != inLane {
				return
			}
			select {
			case l.beside <- struct{}{}:
				is = besideLane
				close(left)
			case <-l.ctx.Done(): // it ends soon
			}
		}
		if err := j.run(l.ctx, leave); err != nil {
			l.cancel(err)
		}
		l.mu.Lock()
		delete(l.keys, j.key)
		l.mu.Unlock()
		if is == besideLane {
			<-l.beside
		} else {
			close(left)
		}
	})
	<-left
}

// Where a job is.
const (
	inLane = iota
	besideLane
)

// next takes a host's next job; without one, the lane ends.
func (l *lanes) next(host string) (job, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	queue := l.queues[host]
	if len(queue) == 0 || l.ctx.Err() != nil {
		delete(l.queues, host)
		return job{}, false
	}
	l.queues[host] = queue[1:]
	return queue[0], true
}

// wait ends when all jobs did, with the first failure, or the context's end.
func (l *lanes) wait() error {
	l.wg.Wait()
	err := context.Cause(l.ctx)
	l.cancel(nil)
	return err
}

// turns gives each key to one goroutine at a time.
type turns struct {
	mu   sync.Mutex
	held map[string]chan struct{} // closed when the key is free again
}

// take waits for a key's turn; done gives it back.
func (t *turns) take(ctx context.Context, key string) (done func(), err error) {
	for {
		t.mu.Lock()
		if t.held == nil {
			t.held = map[string]chan struct{}{}
		}
		other, busy := t.held[key]
		if !busy {
			mine := make(chan struct{})
			t.held[key] = mine
			t.mu.Unlock()
			return func() { t.give(key, mine) }, nil
		}
		t.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (t *turns) give(key string, mine chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.held, key)
	close(mine)
}
