package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/web"
)

func TestHealthcheckAsksTheDaemon(t *testing.T) {
	status := http.StatusOK
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		fmt.Fprintf(w, "asked for %s", r.URL.Path)
	})
	plain, secure := httptest.NewServer(answer), httptest.NewTLSServer(answer)
	defer plain.Close()
	defer secure.Close()
	closed := httptest.NewServer(answer)
	closed.Close()
	for _, tt := range []struct {
		url    string
		status int
		says   string
	}{
		{plain.URL + "/healthz", http.StatusOK, ""},
		{secure.URL + "/healthz", http.StatusOK, ""},
		{strings.Replace(plain.URL, "http:", "https:", 1) + "/healthz", http.StatusOK, ""},
		{plain.URL + "/healthz", http.StatusUnauthorized, ""},
		{plain.URL + "/readyz", http.StatusServiceUnavailable, "503 Service Unavailable: asked for /readyz"},
		{closed.URL + "/healthz", http.StatusOK, "no daemon answers"},
	} {
		status = tt.status
		err := web.AskHealth(t.Context(), tt.url)
		if said := fmt.Sprint(err); (err == nil) != (tt.says == "") || !strings.Contains(said, tt.says) && err != nil {
			t.Errorf("%s with %d: %v, want %q", tt.url, tt.status, err, tt.says)
		}
	}
}

func TestHealthcheckOfAnAddress(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	if _, stderr, code := mskfit(t, "healthcheck", "--url", server.URL+"/healthz"); code != exitDone {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	server.Close()
	_, stderr, code := mskfit(t, "healthcheck", "--url", server.URL+"/healthz")
	if code != exitFailed || !strings.Contains(stderr, "no daemon answers") {
		t.Errorf("nothing listens: exit code %d, stderr %q", code, stderr)
	}
}

func TestHealthcheckKnowsWhereTheDaemonListens(t *testing.T) {
	file := filepath.Join(t.TempDir(), "web.yml")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		listen, webConfig string
		ready             bool
		want              string
	}{
		{config.Default().Web.Listen, "", false, "http://127.0.0.1:9444/healthz"},
		{":9444", "", true, "http://127.0.0.1:9444/readyz"},
		{"[::]:9444", file, false, "https://127.0.0.1:9444/healthz"},
		{"10.0.0.1:80", "", false, "http://10.0.0.1:80/healthz"},
	} {
		cfg := config.Default()
		cfg.Web.Listen, cfg.Web.WebConfigFile = tt.listen, tt.webConfig
		if got, err := web.HealthURL(cfg.Web, tt.ready); err != nil || got != tt.want {
			t.Errorf("%s: got %q, error %v, want %q", tt.listen, got, err, tt.want)
		}
	}
	cfg := config.Default()
	cfg.Web.Listen = "127.0.0.1:0"
	if got, err := web.HealthURL(cfg.Web, false); err == nil {
		t.Errorf("port 0 gives %q", got)
	}
}
