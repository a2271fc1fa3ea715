package webhook

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/secret"
)

func TestSendsTheMessageSigned(t *testing.T) {
	var body []byte
	var header http.Header
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		header = r.Header
		body, _ = io.ReadAll(r.Body)
	}))
	defer srv.Close()
	file := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(file, []byte(srv.URL+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := Config{URLFile: file, Secret: secret.New("k"),
		Headers: map[string]secret.String{"Authorization": secret.New("Bearer x")}}
	cfg.Timeout = 10 * time.Second
	at := time.Unix(1_700_000_000, 0)
	m := alert.Message{Schema: alert.Schema, ID: "abc", Cluster: "orders", Severity: drift.LevelWarning, Title: "orders: überall",
		Items: []alert.Item{{Key: "ingress"}}}
	if err := New(cfg, func() time.Time { return at }).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	var got alert.Message
	if err := json.Unmarshal(body, &got); err != nil || got.Title != m.Title || got.Items[0].Key != "ingress" {
		t.Errorf("the body is %s (%v)", body, err)
	}
	if want := Sign(secret.New("k"), "1700000000", body); header.Get("X-Mskfit-Signature") != want ||
		header.Get("X-Mskfit-Timestamp") != "1700000000" {
		t.Errorf("signature %q, want %q", header.Get("X-Mskfit-Signature"), want)
	}
	if header.Get("Idempotency-Key") != "abc" || header.Get("Authorization") != "Bearer x" {
		t.Errorf("headers %v", header)
	}
}

// The value was computed with: printf '1700000000.{}' | openssl dgst -sha256 -hmac k
func TestSignature(t *testing.T) {
	const want = "sha256=c6ef4734033cee2367414a0939385eca0397754aa7a59716da7463a9298b5146"
	if got := Sign(secret.New("k"), "1700000000", []byte("{}")); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestValidate(t *testing.T) {
	cfg := Config{URL: secret.New("hooks.example.com/secret"), URLFile: "", Secret: secret.New("a"), SecretFile: "b"}
	err := cfg.Validate()
	for _, want := range []string{"url: is not a URL", "secret_file: the secret is given twice", "timeout: 0s is out of range"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
	if err != nil && strings.Contains(err.Error(), "hooks.example.com") {
		t.Errorf("the error shows the address: %v", err)
	}
	if err := (Config{Timeout: time.Second}).Validate(); err == nil || !strings.Contains(err.Error(), "url: missing") {
		t.Errorf("no address: %v", err)
	}
}
