package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// stopped is why the program ends: the signal that it got.
type stopped struct{ os.Signal }

func (s stopped) Error() string { return s.String() }

// untilSignal returns a context that ends with the first Ctrl-C or SIGTERM; the second ends the process at once.
func untilSignal() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case s := <-signals:
			signal.Stop(signals)
			cancel(stopped{s})
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}

// byCtrlC reports whether the context was ended from a keyboard: somebody did not want to wait. SIGTERM is how
// daemons are stopped.
func byCtrlC(ctx context.Context) bool {
	var s stopped
	return errors.As(context.Cause(ctx), &s) && s.Signal == os.Interrupt
}
