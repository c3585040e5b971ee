package fetch

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// paceAfter is how old a body is before its pace is looked at, and paceEvery how often it is from then on.
const (
	paceAfter = 5 * time.Second
	paceEvery = time.Second
)

// pace reads a body and ends it when it trickles: a server that sends a byte now and then would else hold its place to
// the end of the whole time, and many such servers all the places there are.
type pace struct {
	io.ReadCloser
	rate   int64 // bytes a second
	cancel context.CancelFunc
	begun  time.Time
	timer  *time.Timer
	n      atomic.Int64 // bytes so far
	slow   atomic.Bool
}

// newPace watches a body until stop. cancel must make a pending Read fail.
func newPace(body io.ReadCloser, rate int64, cancel context.CancelFunc) *pace {
	p := &pace{ReadCloser: body, rate: rate, cancel: cancel, begun: time.Now()}
	p.timer = time.AfterFunc(paceAfter, p.look)
	return p
}

func (p *pace) look() {
	if float64(p.n.Load()) < float64(p.rate)*time.Since(p.begun).Seconds() {
		p.slow.Store(true)
		p.cancel()
		return
	}
	p.timer.Reset(paceEvery)
}

func (p *pace) stop() { p.timer.Stop() }

func (p *pace) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	p.n.Add(int64(n))
	if err != nil && p.slow.Load() {
		err = fmt.Errorf("less than %d bytes a second: %w", p.rate, context.DeadlineExceeded)
	}
	return n, err
}
