package web

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

// served runs a server on a free port until the test ends.
func served(t *testing.T, cfg Config, srv *http.Server) (address string) {
	t.Helper()
	cfg.Listen = "127.0.0.1:0"
	l, err := Listen(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- serve(ctx, l, cfg, srv, zerolog.Nop()) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

// A header that is too long is refused, and one that does not end holds its connection no longer than the time-out.
func TestHeadersAreBounded(t *testing.T) {
	srv := newServer(handler(fakeAgent{ready: true}))
	if srv.ReadHeaderTimeout != 10*time.Second || srv.ReadTimeout <= 0 || srv.WriteTimeout <= 0 || srv.IdleTimeout <= 0 {
		t.Errorf("a time-out is missing: %+v", srv)
	}
	srv.ReadHeaderTimeout = 100 * time.Millisecond
	address := served(t, DefaultConfig(), srv)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/readyz", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Long", strings.Repeat("a", 80<<10))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of 80 KiB: %s", resp.Status)
	}

	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("GET /readyz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(conn); err != nil {
		t.Errorf("a header that does not end: %v, want that the server closes the connection", err)
	}
}

// With users in web.web_config_file every page asks for a password.
func TestEveryPageAsksForThePassword(t *testing.T) {
	const hashOfTest = "$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay" // bcrypt of "test"
	cfg := DefaultConfig()
	cfg.WebConfigFile = filepath.Join(t.TempDir(), "web.yaml")
	if err := os.WriteFile(cfg.WebConfigFile, []byte("basic_auth_users: {ops: "+hashOfTest+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	address := served(t, cfg, newServer(handler(fakeAgent{ready: true})))
	for _, tt := range []struct {
		path, user, password string
		want                 int
	}{
		{"/readyz", "", "", http.StatusUnauthorized},
		{"/metrics", "", "", http.StatusUnauthorized},
		{"/api/v1/clusters", "ops", "wrong", http.StatusUnauthorized},
		{"/api/v1/clusters", "", "test", http.StatusUnauthorized},
		{"/api/v1/clusters", "ops", "test", http.StatusOK},
		{"/metrics", "ops", "test", http.StatusOK},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+tt.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if tt.password != "" {
			req.SetBasicAuth(tt.user, tt.password)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != tt.want {
			t.Errorf("%s as %q with %q: %s, want %d", tt.path, tt.user, tt.password, resp.Status, tt.want)
		}
	}
}
