package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"dateline/config"
)

// Limits on what hubs may hold up. A delivery is a feed's size, so half a minute is enough for slow lines too.
const (
	hubHeaderTime = 10 * time.Second
	hubTime       = 30 * time.Second
	hubIdleTime   = 90 * time.Second
	hubMaxHeader  = 16 << 10 // bytes
	hubShutTime   = 5 * time.Second
)

// hubDoor is the server that hubs reach, while the configuration has a callback.
type hubDoor struct {
	handler http.Handler
	log     *slog.Logger

	mu     sync.Mutex
	listen string // where it listens; empty: it is shut
	server *http.Server
	done   chan struct{} // closed when the server has ended
}

// use opens the door where a configuration wants it, or shuts it. Without the door all else goes on: an address that is
// taken, or not this machine's, is logged, and the feeds are polled.
func (d *hubDoor) use(ctx context.Context, p config.Push) {
	d.mu.Lock()
	defer d.mu.Unlock()
	want := p.Listen
	if p.Callback == "" {
		want = ""
	}
	if want == d.listen {
		return
	}
	d.shut(ctx)
	if want == "" {
		return
	}
	l, err := net.Listen("tcp", want)
	if err != nil {
		d.log.Error("hubs can't deliver", "listen", want, "err", err)
		return
	}
	d.listen, d.done = want, make(chan struct{})
	d.server = &http.Server{
		Handler: d.handler, ReadHeaderTimeout: hubHeaderTime, ReadTimeout: hubTime, WriteTimeout: 2 * hubTime,
		IdleTimeout: hubIdleTime, MaxHeaderBytes: hubMaxHeader, ErrorLog: slog.NewLogLogger(d.log.Handler(), slog.LevelWarn),
	}
	d.log.Info("listening for hubs", "listen", l.Addr(), "callback", p.Callback)
	go func(s *http.Server, done chan struct{}) {
		defer close(done)
		if err := s.Serve(l); err != http.ErrServerClosed {
			d.log.Error("hubs can't deliver any more", "err", err)
		}
	}(d.server, d.done)
}

// close shuts the door when the daemon ends.
func (d *hubDoor) close(ctx context.Context) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shut(ctx)
}

// shut lets the deliveries under way end, for as long as one may take, and forgets the server. It is called with d.mu held.
func (d *hubDoor) shut(ctx context.Context) {
	if d.server == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), hubShutTime)
	defer cancel()
	if err := d.server.Shutdown(ctx); err != nil {
		d.server.Close()
	}
	<-d.done
	d.server, d.listen = nil, ""
}
