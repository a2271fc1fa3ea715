package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	toolkit "github.com/prometheus/exporter-toolkit/web"
	"github.com/rs/zerolog"
)

// Listen opens the configured address. It is apart from Serve so that a caller knows the port, and an address that
// is taken, before anything else starts.
func Listen(cfg Config) (net.Listener, error) {
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("web.listen: %w: another program has the port, or the address is not this machine's", err)
	}
	return l, nil
}

// Serve answers on the listener until ctx is done, then lets requests in flight end, for two seconds at most. It
// returns nil after such a stop.
func Serve(ctx context.Context, l net.Listener, cfg Config, h http.Handler, log zerolog.Logger) error {
	return serve(ctx, l, cfg, newServer(h), log)
}

// newServer bounds what a client can make the server hold: 64 KiB of header, which must arrive within 10 seconds.
func newServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 1 << 16}
}

func serve(ctx context.Context, l net.Listener, cfg Config, srv *http.Server, log zerolog.Logger) error {
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		stopped <- srv.Shutdown(closing)
	})
	defer stop()
	flags := &toolkit.FlagConfig{WebConfigFile: &cfg.WebConfigFile}
	err := toolkit.Serve(l, srv, flags, slog.New(slog.DiscardHandler))
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("web server on %s: %w", l.Addr(), err)
	}
	if err := <-stopped; err != nil {
		log.Warn().Err(err).Msg("requests were cut at shutdown")
	}
	return nil
}
