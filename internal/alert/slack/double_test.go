package slack

import (
	"bytes"
	"context"
	"encoding/json"
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
	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

const (
	hookPath = "/services/T0000000/B0000000/hooksecret0000000000000000"
	botToken = "xoxb-tokensecret-0000"
)

func parsed(t *testing.T, text string) Config {
	t.Helper()
	var c Config
	if _, err := yamlfile.Decode("test.yaml", []byte(text), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// double is Slack: a webhook and the API. It notes what it gets; answers are given by method, a function each.
type double struct {
	*httptest.Server
	patience time.Duration // for which the targets that post to it wait
	mu       sync.Mutex
	calls    []call
	answers  map[string]http.HandlerFunc
	files    [][]byte
}

type call struct {
	method, text, thread, ts, channel string
	broadcast, blocks                 bool
}

func newDouble(t *testing.T) *double {
	d := &double{patience: 10 * time.Second, answers: map[string]http.HandlerFunc{}}
	d.Server = httptest.NewServer(d)
	t.Cleanup(d.Close)
	return d
}

func (d *double) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := call{method: strings.TrimPrefix(r.URL.Path, "/api/")}
	switch {
	case r.URL.Path == hookPath:
		c.method = "hook"
		var body struct {
			Text   string
			Blocks json.RawMessage
		}
		_ = json.NewDecoder(r.Body).Decode(&body)
		c.text, c.blocks = body.Text, body.Blocks != nil
	case c.method == "upload":
		file, _, err := r.FormFile("file")
		if err == nil {
			data, _ := io.ReadAll(file)
			d.mu.Lock()
			d.files = append(d.files, data)
			d.mu.Unlock()
		}
	default:
		_ = r.ParseForm()
		c.text, c.channel, c.ts, c.blocks = r.Form.Get("text"), r.Form.Get("channel")+r.Form.Get("channel_id"), r.Form.Get("ts"),
			r.Form.Get("blocks") != ""
		c.thread, c.broadcast = r.Form.Get("thread_ts"), r.Form.Get("reply_broadcast") == "true"
	}
	d.mu.Lock()
	d.calls = append(d.calls, c)
	n, answer := len(d.calls), d.answers[c.method]
	d.mu.Unlock()
	if answer != nil {
		answer(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	switch c.method {
	case "hook":
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "ok")
	case "files.getUploadURLExternal":
		fmt.Fprintf(w, `{"ok": true, "upload_url": %q, "file_id": "F1"}`, d.URL+"/api/upload")
	case "files.completeUploadExternal":
		_, _ = io.WriteString(w, `{"ok": true, "files": [{"id": "F1", "title": "chart"}]}`)
	default:
		fmt.Fprintf(w, `{"ok": true, "channel": "C0123456789", "ts": "1700000000.%06d"}`, n)
	}
}

// got are the calls so far, as lines.
func (d *double) got() (out []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.calls {
		line := c.method
		if c.thread != "" {
			line += " in thread " + c.thread[len(c.thread)-1:]
		}
		if c.ts != "" {
			line += " of " + c.ts[len(c.ts)-1:]
		}
		if c.broadcast {
			line += " aloud"
		}
		out = append(out, line)
	}
	return out
}

func code200(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
}

func status(code int, retryAfter, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
}

// hangs answers nothing, and dribbles starts an answer that never ends, until the client goes away. The server sees it go only
// once the whole body has been read; a body that ends early says the same.
func hangs(_ http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err == nil {
		<-r.Context().Done()
	}
}

func dribbles(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		_, _ = io.WriteString(w, " ")
		w.(http.Flusher).Flush()
		select {
		case <-r.Context().Done():
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// memory keeps documents in memory.
type memory struct {
	mu   sync.Mutex
	docs map[string][]byte
	err  error
}

func (m *memory) Document(_ context.Context, kind, name string) ([]byte, time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.docs[kind+" "+name], time.Time{}, m.err
}

func (m *memory) SaveDocument(_ context.Context, kind, name string, body []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err == nil {
		if m.docs == nil {
			m.docs = map[string][]byte{}
		}
		m.docs[kind+" "+name] = body
	}
	return m.err
}

func (m *memory) DropDocument(_ context.Context, kind, name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.docs, kind+" "+name)
	return m.err
}

// hookTarget and botTarget post to the double; log is everything that they log.
func hookTarget(d *double) (target *Target, log *bytes.Buffer) {
	log = &bytes.Buffer{}
	cfg := Config{URL: secret.New(d.URL + hookPath), Timeout: d.patience}
	return New(cfg, Options{Name: "slack", Log: zerolog.New(log)}), log
}

func botTarget(d *double, threads Documents) (target *Target, log *bytes.Buffer) {
	log = &bytes.Buffer{}
	cfg := Config{Token: secret.New(botToken), Channel: "#alerts", Chart: true, Timeout: d.patience}
	return New(cfg, Options{Name: "slack", Threads: threads, APIURL: d.URL + "/api/", Log: zerolog.New(log)}), log
}

// send sends with a deadline and checks that no secret got into the error or the log.
func send(t *testing.T, target *Target, log *bytes.Buffer, m alert.Message) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	err := target.Send(ctx, m)
	for _, text := range []string{fmt.Sprint(err), fmt.Sprintf("%+v", err), log.String()} {
		if strings.Contains(text, "secret") {
			t.Errorf("a secret is shown: %s", text)
		}
	}
	return err
}
