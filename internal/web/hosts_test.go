package web

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"
)

// A page of another site whose name points here reads nothing, as it writes nothing.
func TestAForeignNameReadsNothing(t *testing.T) {
	users := filepath.Join(t.TempDir(), "web.yml")
	if err := os.WriteFile(users, []byte("basic_auth_users: {ops: $2y$10$x}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		host string
		cfg  Config
		code int
	}{
		{"127.0.0.1:9444", Config{}, 200},
		{"localhost:9444", Config{}, 200},
		{"[::1]:9444", Config{}, 200},
		{"10.1.2.3:9444", Config{}, 200}, // a scrape by address: DNS has no part in it
		{"", Config{}, 200},
		{"evil.example:9444", Config{}, 403},
		{"evil.example", Config{Hosts: []string{"mskfit.internal"}}, 403},
		{"MSKFIT.internal.:9444", Config{Hosts: []string{"mskfit.internal"}}, 200},
		{"a.example.com", Config{Hosts: []string{"*.example.com"}}, 200},
		{"node-1:9444", Config{Listen: "node-1:9444"}, 200},
		{"page.example.com", Config{}, 200}, // alerts.external_url
		{"evil.example:9444", Config{WebConfigFile: users}, 200},
	} {
		s := &spans{}
		h := Handler(Deps{Agent: fakeAgent{}, Maintenance: s, Outbox: s, Metrics: NewMetrics("test"), Config: tc.cfg,
			Log:          zerolog.Nop(),
			Pages:        http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}),
			ExternalHost: func() string { return "page.example.com" }})
		for _, path := range []string{"/", "/metrics", "/healthz", "/api/v1/status", "/api/v1/clusters",
			"/api/v1/alerts/undelivered"} {
			got := ask(h, "GET", path, "", func(r *http.Request) { r.Host = tc.host })
			if got.Code != tc.code || tc.code == 403 && !strings.Contains(got.Body.String(), "add it to web.hosts") {
				t.Errorf("%s under %q: %d %s, want %d", path, tc.host, got.Code, got.Body, tc.code)
			}
		}
	}
	certified := ask(handler(fakeAgent{}), "GET", "/api/v1/status", "", func(r *http.Request) {
		r.Host, r.TLS = "evil.example", &tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{}}}
	})
	if certified.Code != 200 {
		t.Errorf("with a client certificate: %d", certified.Code)
	}
}

func TestWhoCanReadThePages(t *testing.T) {
	file := func(text string) string {
		name := filepath.Join(t.TempDir(), "web.yml")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	for _, tc := range []struct {
		cfg  Config
		open bool
	}{
		{Config{Listen: "127.0.0.1:9444"}, false},
		{Config{Listen: "[::1]:9444"}, false},
		{Config{Listen: "localhost:9444"}, false},
		{Config{Listen: ":9444"}, true},
		{Config{Listen: "0.0.0.0:9444"}, true},
		{Config{Listen: "node-1:9444"}, true},
		{Config{Listen: ":9444", MaintenanceTokenFile: "x"}, true}, // it guards changes alone
		{Config{Listen: ":9444", WebConfigFile: file("tls_server_config: {cert_file: a, key_file: b}")}, true},
		{Config{Listen: ":9444", WebConfigFile: file("tls_server_config: {client_auth_type: RequireAndVerifyClientCert}")}, false},
		{Config{Listen: ":9444", WebConfigFile: file("basic_auth_users: {ops: x}")}, false},
	} {
		if open, err := tc.cfg.Exposed(); err != nil || open != tc.open {
			t.Errorf("%+v: %t %v, want %t", tc.cfg, open, err, tc.open)
		}
	}
	if _, err := (Config{Listen: ":9444", WebConfigFile: "/nowhere"}).Exposed(); err == nil {
		t.Error("a file that cannot be read is no error")
	}
}

func TestAHostThatIsNoneIsRefused(t *testing.T) {
	for _, h := range []string{"", "https://mskfit.example.com", "mskfit:9444", "[", "a b"} {
		if err := (Config{Listen: "127.0.0.1:9444", Hosts: []string{h}}).Validate(); err == nil ||
			!strings.Contains(err.Error(), "hosts[0]") {
			t.Errorf("%q: %v", h, err)
		}
	}
}
