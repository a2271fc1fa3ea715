package web

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/secret"
)

// answered is an answer without its body.
type answered struct {
	StatusCode int
	Status     string
	Header     http.Header
}

// sent sends a request and reads the answer to its end.
func sent(t *testing.T, method, url, body string, header http.Header) answered {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		req.Header = header
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	return answered{resp.StatusCode, resp.Status, resp.Header}
}

// While as many pages as allowed are being made, another one is refused in time and says when to come again. /metrics, the probes
// and the style sheets answer all the same, and so do pages once there is room.
func TestPagesAtOnceAreLimited(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	pages := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			begun <- struct{}{}
			<-release
		}
	})
	h := Handler(Deps{Agent: fakeAgent{ready: true}, Maintenance: &spans{}, Outbox: &spans{}, Metrics: NewMetrics("test"),
		Pages: pages, Now: time.Now, Log: zerolog.Nop()})
	url := "http://" + served(t, DefaultConfig(), newServer(h))
	var slow sync.WaitGroup
	for range pagesAtOnce {
		slow.Go(func() {
			resp, err := http.Get(url + "/slow")
			if err != nil {
				t.Error(err)
				return
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				t.Errorf("a slow page: %s", resp.Status)
			}
		})
		<-begun
	}
	for _, path := range []string{"/clusters/orders", "/api/v1/clusters"} {
		before := time.Now()
		resp := sent(t, "GET", url+path, "", nil)
		if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") != "2" {
			t.Errorf("%s beside %d others: %s, Retry-After %q", path, pagesAtOnce, resp.Status, resp.Header.Get("Retry-After"))
		}
		if waited := time.Since(before); waited < patience {
			t.Errorf("%s was refused after %s, want that it waits %s for a place", path, waited, patience)
		}
	}
	for _, path := range []string{"/metrics", "/healthz", "/readyz", "/assets/style.css", "/events"} {
		if resp := sent(t, "GET", url+path, "", nil); resp.StatusCode != http.StatusOK {
			t.Errorf("%s beside %d slow pages: %s", path, pagesAtOnce, resp.Status)
		}
	}
	close(release)
	slow.Wait()
	if resp := sent(t, "GET", url+"/clusters/orders", "", nil); resp.StatusCode != http.StatusOK {
		t.Errorf("once there is room: %s", resp.Status)
	}
}

// After ten wrong tokens in a minute an address is refused, with the right one too, until the minute is over. Reading goes on,
// and a request without a token is no guess.
func TestGuessesAtTheTokenAreLimited(t *testing.T) {
	var mu sync.Mutex
	now := at
	h := Handler(Deps{Agent: fakeAgent{ready: true}, Maintenance: &spans{}, Outbox: &spans{}, Metrics: NewMetrics("test"),
		Config: Config{MaintenanceToken: secret.New("right")}, Log: zerolog.Nop(),
		Now: func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return now
		}})
	url := "http://" + served(t, DefaultConfig(), newServer(h))
	post := func(token string) answered {
		header := http.Header{"Content-Type": {"application/json"}}
		if token != "" {
			header.Set("Authorization", "Bearer "+token)
		}
		return sent(t, "POST", url+"/api/v1/maintenance", `{"duration": "1h"}`, header)
	}
	for range 2 * wrongTokens {
		if resp := post(""); resp.StatusCode != http.StatusUnauthorized {
			t.Fatalf("without a token: %s", resp.Status)
		}
	}
	for i := range wrongTokens {
		if resp := post("wrong" + strconv.Itoa(i)); resp.StatusCode != http.StatusUnauthorized {
			t.Fatalf("wrong token %d: %s", i+1, resp.Status)
		}
	}
	for _, token := range []string{"wrong", "right"} {
		if resp := post(token); resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") != "60" {
			t.Errorf("%s after %d wrong ones: %s, Retry-After %q", token, wrongTokens, resp.Status, resp.Header.Get("Retry-After"))
		}
	}
	if resp := sent(t, "GET", url+"/api/v1/maintenance", "", nil); resp.StatusCode != http.StatusOK {
		t.Errorf("reading meanwhile: %s", resp.Status)
	}
	mu.Lock()
	now = now.Add(wrongTokensIn)
	mu.Unlock()
	if resp := post("right"); resp.StatusCode != http.StatusCreated {
		t.Errorf("the right token a minute later: %s", resp.Status)
	}
}

// Addresses are counted apart, without their port, and no more of them are kept than allowed.
func TestGuessesAreCountedByAddress(t *testing.T) {
	var g guesses
	for i := range wrongTokens {
		g.wrong(fmt.Sprintf("192.0.2.1:%d", 1000+i), at)
		g.wrong(fmt.Sprintf("[2001:db8::%d]:1000", i+1), at)
	}
	for address, want := range map[string]time.Duration{"192.0.2.1:9": wrongTokensIn, "192.0.2.2:9": 0,
		"[::ffff:192.0.2.1]:9": wrongTokensIn, "[2001:db8::ff]:9": wrongTokensIn, "[2001:db8:1::1]:9": 0} {
		if got := g.blocked(address, at); got != want {
			t.Errorf("%s is refused for %s, want %s", address, got, want)
		}
	}
	for i := range 2 * mostAddresses {
		g.wrong(fmt.Sprintf("10.%d.%d.%d:1", i>>16, i>>8&255, i&255), at)
	}
	if n := len(g.from); n > mostAddresses+1 {
		t.Errorf("%d addresses are kept, want at most %d", n, mostAddresses)
	}
	g.wrong("198.51.100.1:1", at.Add(wrongTokensIn))
	if n := len(g.from); n != 1 {
		t.Errorf("%d addresses are kept after their minute, want the new one only", n)
	}
}

// A body that is too long is not read to its end.
func TestBodiesAreBounded(t *testing.T) {
	url := "http://" + served(t, DefaultConfig(), newServer(handler(fakeAgent{ready: true})))
	header := http.Header{"Content-Type": {"application/json"}}
	for name, body := range map[string]string{
		"one long text":       `{"duration": "1h", "reason": "` + strings.Repeat("x", 1<<20) + `"}`,
		"blanks after it all": `{"duration": "1h"}` + strings.Repeat(" ", 1<<20),
	} {
		if resp := sent(t, "POST", url+"/api/v1/maintenance", body, header); resp.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %s", name, resp.Status)
		}
	}
}
