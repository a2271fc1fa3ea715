package testbed

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"
)

// Await polls until there is nothing missing. When the time is over, the test fails at once with the last error.
func Await(t testing.TB, within time.Duration, missing func() error) {
	t.Helper()
	for deadline := time.Now().Add(within); ; time.Sleep(50 * time.Millisecond) {
		err := missing()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after %s: %v", within, err)
		}
	}
}

// awaitHTTP returns once a GET of the address is answered with 200.
func (p *process) awaitHTTP(t testing.TB, url string) {
	t.Helper()
	p.waitUntil(t, time.Minute, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("GET %s: %s", url, resp.Status)
		}
		return nil
	})
}

// awaitPort returns once something listens there.
func (p *process) awaitPort(t testing.TB, port int) {
	t.Helper()
	p.waitUntil(t, time.Minute, func() error { return dial(fmt.Sprintf("127.0.0.1:%d", port)) })
}

func dial(address string) error {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return err
	}
	return conn.Close()
}
