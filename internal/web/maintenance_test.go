package web

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/secret"
)

// spans is a ledger of maintenance; err, when set, is what it answers.
type spans struct {
	list []Maintenance
	err  error
}

func (s *spans) Maintenances(context.Context) ([]Maintenance, error) { return s.list, s.err }
func (s *spans) AddMaintenance(_ context.Context, m Maintenance) (int64, error) {
	m.ID = int64(len(s.list) + 1)
	s.list = append(s.list, m)
	return m.ID, s.err
}
func (s *spans) EndMaintenance(_ context.Context, id int64) error {
	for i := range s.list {
		if s.list[i].ID == id {
			s.list = append(s.list[:i], s.list[i+1:]...)
			break
		}
	}
	return s.err
}

func (s *spans) Undelivered(_ context.Context, dead bool) ([]Undelivered, error) {
	if !dead {
		return nil, s.err
	}
	return []Undelivered{{ID: "x", Target: "ops", Cluster: "shop", Title: "shop: warning", CreatedAt: at, Attempts: 1,
		LastError: "slack answered no_service"}}, s.err
}

var at = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

func handler(a Agent) http.Handler { return handlerWith(a, &spans{}, Config{}, zerolog.Nop()) }

func handlerWith(a Agent, s *spans, cfg Config, log zerolog.Logger) http.Handler {
	return Handler(Deps{Agent: a, Maintenance: s, Outbox: s, Metrics: NewMetrics("test"), Config: cfg,
		Now: func() time.Time { return at }, Log: log})
}

// ask sends a request as a program on this machine does, after edit.
func ask(h http.Handler, method, path, body string, edit func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1:9444"+path, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:50000"
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if edit != nil {
		edit(r)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

func TestMaintenanceIsDeclaredListedAndEnded(t *testing.T) {
	kept := &spans{}
	h := handlerWith(fakeAgent{status: []agent.ClusterStatus{{Name: "prod-orders"}}}, kept, Config{}, zerolog.Nop())
	made := ask(h, "POST", "/api/v1/maintenance", `{"duration": "2h", "clusters": ["prod-*"], "reason": "upgrade to 4.1"}`, nil)
	if made.Code != 201 || made.Header().Get("Location") != "/api/v1/maintenance/1" {
		t.Fatalf("%d %v %s", made.Code, made.Header(), made.Body)
	}
	var m Maintenance
	if err := json.Unmarshal(made.Body.Bytes(), &m); err != nil {
		t.Fatal(err)
	}
	if m.ID != 1 || !m.Active || !m.Start.Equal(at) || !m.End.Equal(at.Add(2*time.Hour)) {
		t.Errorf("made %+v", m)
	}
	for _, path := range []string{"/api/v1/maintenance", "/api/v1/status"} {
		if body := ask(h, "GET", path, "", nil).Body.String(); !strings.Contains(body, `"reason": "upgrade to 4.1"`) {
			t.Errorf("%s: %s", path, body)
		}
	}
	if end := ask(h, "DELETE", "/api/v1/maintenance/1", "", nil); end.Code != 204 || len(kept.list) != 0 {
		t.Errorf("%d %s, %d left", end.Code, end.Body, len(kept.list))
	}
	if end := ask(h, "DELETE", "/api/v1/maintenance/1", "", nil); end.Code != 404 ||
		!strings.Contains(end.Body.String(), "lists them") {
		t.Errorf("%d %s", end.Code, end.Body)
	}
	if body := ask(h, "GET", "/api/v1/status", "", nil).Body.String(); !strings.Contains(body, `"maintenance": []`) {
		t.Errorf("none: %s", body)
	}
}

func TestAMaintenanceThatCannotBeSaysHowToMendIt(t *testing.T) {
	h := handlerWith(fakeAgent{status: []agent.ClusterStatus{{Name: "orders"}}}, &spans{}, Config{}, zerolog.Nop())
	for _, tc := range []struct {
		body string
		code int
		says string
	}{
		{`{`, 400, `write it as {\"duration\"`},
		{`{"until": "x"}`, 400, `unknown field \"until\"`},
		{`{"duration": "1h"} {"duration": "1h"}`, 400, "more than one"},
		{`{"start": "tomorrow", "duration": "1h"}`, 400, "write it as"},
		{`{"reason": "no end"}`, 422, "give either end or duration"},
		{`{"duration": "1h", "end": "2026-03-02T12:00:00Z"}`, 422, "give either end or duration"},
		{`{"duration": "1 hour"}`, 422, "write it as 90s, 15m or 72h"},
		{`{"duration": "9999999h"}`, 422, "is too long: the longest duration is 292 years"},
		{`{"duration": "1h", "reason": "` + strings.Repeat("x", 60_000) + `"}`, 422, "60000 characters are too many: at most 500"},
		{`{"duration": "-1h"}`, 422, "is not after the start"},
		{`{"start": "2026-03-01T00:00:00Z", "duration": "1h"}`, 422, "is in the past: it is 2026-03-02T10:00:00Z"},
		{`{"end": "2027-03-02T12:00:00Z"}`, 422, "longer than the 744h0m0s"},
		{`{"duration": "1h", "clusters": ["[prod"]}`, 422, "is not a pattern"},
		{`{"duration": "1h", "clusters": ["order"]}`, 422, `clusters: there is no cluster \"order\": the clusters are orders`},
	} {
		if got := ask(h, "POST", "/api/v1/maintenance", tc.body, nil); got.Code != tc.code ||
			!strings.Contains(got.Body.String(), tc.says) {
			t.Errorf("%s: %d %s\nwant %d and %q", tc.body, got.Code, got.Body, tc.code, tc.says)
		}
	}
}

func TestOnlyThoseWhoMayChangeMaintenance(t *testing.T) {
	users := filepath.Join(t.TempDir(), "web.yml")
	if err := os.WriteFile(users, []byte("basic_auth_users: {ops: $2y$10$x}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	token := Config{MaintenanceToken: secret.New("s3cr3t-token")}
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	afar := func(r *http.Request) { r.RemoteAddr = "10.1.2.3:50000" }
	for name, tc := range map[string]struct {
		cfg  Config
		edit func(*http.Request)
		code int
	}{
		"this machine":            {code: 201},
		"this machine by name":    {edit: func(r *http.Request) { r.Host = "localhost:9444" }, code: 201},
		"another machine":         {edit: afar, code: 403},
		"through a proxy here":    {edit: header("X-Forwarded-For", "10.1.2.3"), code: 403},
		"a name that points here": {edit: func(r *http.Request) { r.Host = "evil.example:9444" }, code: 403},
		"another site's page":     {edit: header("Sec-Fetch-Site", "cross-site"), code: 403},
		"another origin":          {edit: header("Origin", "https://evil.example"), code: 403},
		"a form":                  {edit: header("Content-Type", "text/plain"), code: 415},
		"the token":               {cfg: token, edit: header("Authorization", "Bearer s3cr3t-token"), code: 201},
		"the token from afar": {cfg: token,
			edit: func(r *http.Request) { afar(r); r.Header.Set("Authorization", "Bearer s3cr3t-token") }, code: 201},
		"no token on this machine":           {cfg: token, code: 401},
		"a wrong token":                      {cfg: token, edit: header("Authorization", "Bearer s3cr3t-tokeN"), code: 401},
		"a token file that is gone":          {cfg: Config{MaintenanceTokenFile: "/nowhere/token"}, code: 500},
		"a password was asked for":           {cfg: Config{WebConfigFile: users}, edit: afar, code: 201},
		"no password asked for after reload": {cfg: Config{WebConfigFile: os.DevNull}, edit: afar, code: 403},
		"a client certificate": {edit: func(r *http.Request) {
			afar(r)
			r.TLS = &tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{}}}
		}, code: 201},
	} {
		var log strings.Builder
		h := handlerWith(fakeAgent{}, &spans{}, tc.cfg, zerolog.New(&log))
		got := ask(h, "POST", "/api/v1/maintenance", `{"duration": "1h"}`, tc.edit)
		if got.Code != tc.code {
			t.Errorf("%s: %d %s, want %d", name, got.Code, got.Body, tc.code)
		}
		if strings.Contains(got.Body.String()+log.String(), "s3cr3t") {
			t.Errorf("%s: the token is told: %s %s", name, got.Body, &log)
		}
		if all := ask(h, "GET", "/api/v1/maintenance", "", afar); all.Code != 200 {
			t.Errorf("%s: reading: %d", name, all.Code)
		}
	}
}

func TestALedgerThatCannotBeReadOrWritten(t *testing.T) {
	full := &spans{err: errors.New("ledger: disk full")}
	h := handlerWith(fakeAgent{}, full, Config{}, zerolog.Nop())
	for _, tc := range []struct{ method, path, body string }{
		{"GET", "/api/v1/maintenance", ""}, {"GET", "/api/v1/alerts/undelivered", ""},
		{"POST", "/api/v1/maintenance", `{"duration": "1h"}`}, {"DELETE", "/api/v1/maintenance/1", ""},
	} {
		if got := ask(h, tc.method, tc.path, tc.body, nil); got.Code != 503 || !strings.Contains(got.Body.String(), "disk full") {
			t.Errorf("%s: %d %s", tc.method, got.Code, got.Body)
		}
	}
	if got := ask(h, "GET", "/api/v1/status", "", nil); got.Code != 200 ||
		!strings.Contains(got.Body.String(), `"maintenance_error": "ledger: disk full"`) {
		t.Errorf("status: %d %s", got.Code, got.Body)
	}
}

func TestWhatWasNotDeliveredIsShown(t *testing.T) {
	got := ask(handler(fakeAgent{}), "GET", "/api/v1/alerts/undelivered", "", nil)
	for _, want := range []string{`"waiting": []`, `"given_up": [`, `"last_error": "slack answered no_service"`} {
		if got.Code != 200 || !strings.Contains(got.Body.String(), want) {
			t.Errorf("%d %s\nwant %s", got.Code, got.Body, want)
		}
	}
}

func TestTheTokenIsCheckedWithTheFile(t *testing.T) {
	users := filepath.Join(t.TempDir(), "web.yml")
	if err := os.WriteFile(users, []byte("basic_auth_users: {ops: $2y$10$x}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, c := range map[string]Config{
		"given twice":                  {MaintenanceToken: secret.New("a"), MaintenanceTokenFile: users},
		"there is no such file":        {MaintenanceTokenFile: "/nowhere/token"},
		"cannot be sent beside a pass": {MaintenanceToken: secret.New("a"), WebConfigFile: users},
	} {
		c.Listen = cmp.Or(c.Listen, DefaultConfig().Listen)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
