package targets

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/alert"
)

// notes is an outbox with one message for each target; it keeps why messages were put off or given up, as the ledger does.
type notes struct {
	mu   sync.Mutex
	left map[string]bool
	why  []string
	all  chan struct{}
}

func (n *notes) Due(_ context.Context, target string, now time.Time) (p alert.Pending, found bool, next time.Time, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	p.Message = alert.ExampleMessage()
	p.CreatedAt = now
	return p, n.left[target], next, nil
}

func (n *notes) settle(why string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.why = append(n.why, why); len(n.why) == len(n.left) {
		close(n.all)
	}
	return nil
}

func (n *notes) Sent(context.Context, int64, time.Time) error { return n.settle("sent") }
func (n *notes) Retry(_ context.Context, _ int64, _ time.Time, why string) error {
	return n.settle(why)
}
func (n *notes) Bury(_ context.Context, _ int64, _ time.Time, why string) error { return n.settle(why) }

// once hands each target its message one time.
type once struct{ *notes }

func (o once) Due(ctx context.Context, target string, now time.Time) (alert.Pending, bool, time.Time, error) {
	p, found, next, err := o.notes.Due(ctx, target, now)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.left[target] = false
	return p, found, next, err
}

// quotes answers with everything that it was sent, and the status.
func quotes(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		said := fmt.Sprintf("no: %s %v %s", r.URL, r.Header, body)
		w.Header().Set("Location", "http://169.254.169.254/"+r.URL.String())
		w.Header().Set("X-Said", strings.Join(strings.Fields(said), " "))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, said)
	}
}

// Whatever a target answers, no secret is in a log, in what the ledger keeps, in a result of --send-test or in the
// configuration when it is printed.
func TestSecretsAreNowhere(t *testing.T) {
	places := map[string]string{"closed": "http://127.0.0.1:1", "no host": "http://nowhere.invalid"}
	for _, status := range []int{200, 302, 400, 401, 403, 404, 429, 500, 503} {
		srv := httptest.NewServer(quotes(status))
		t.Cleanup(srv.Close)
		places[fmt.Sprint(status)] = srv.URL
	}
	cut := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100000")
		_, _ = io.WriteString(w, "half of it")
	}))
	t.Cleanup(cut.Close)
	places["cut"] = cut.URL
	for what, at := range places {
		var log strings.Builder
		logger := zerolog.New(zerolog.SyncWriter(&log))
		targets := built(t, at, logger)
		n := &notes{left: map[string]bool{}, all: make(chan struct{})}
		for name := range targets {
			n.left[name] = true
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		ended := make(chan error, 1)
		go func() {
			ended <- alert.NewDeliverer(targets, once{n}, func(string, string, string) {}, time.Now, logger).Run(ctx)
		}()
		select {
		case <-n.all:
		case <-ctx.Done():
			t.Errorf("%s: %d of %d targets were tried", what, len(n.why), len(targets))
		}
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("%s: %v", what, err)
		}
		said := log.String() + strings.Join(n.why, "\n")
		for _, r := range SendTest(t.Context(), targets, "", time.Now()) {
			said += fmt.Sprint(r)
		}
		c, err := load(everyKind(at))
		said += fmt.Sprintf("%v %+v %v", c, c.Targets["webhook"].Webhook, err)
		if !strings.Contains(said, "message") {
			t.Errorf("%s: nothing was logged", what)
		}
		for line := range strings.Lines(said) {
			if strings.Contains(line, marker) {
				t.Errorf("%s: %s", what, line)
			}
		}
	}
}
