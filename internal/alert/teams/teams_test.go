package teams

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/secret"
)

func TestPostsACard(t *testing.T) {
	var body []byte
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
	}))
	defer srv.Close()
	m := alert.ExampleMessage()
	m.Report = nil
	m.Items[0].TopContributors[0].Name = "**[click](https://evil.example.com)**"
	if err := New(Config{URL: secret.New(srv.URL), Timeout: 10 * time.Second}).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	var card struct {
		Type        string
		Attachments []struct {
			ContentType string
			Content     struct {
				Type, Version string
				Body          []map[string]any
				Actions       []struct{ Type, URL string }
			}
		}
	}
	if err := json.Unmarshal(body, &card); err != nil || card.Type != "message" || len(card.Attachments) != 1 ||
		card.Attachments[0].ContentType != "application/vnd.microsoft.card.adaptive" {
		t.Fatalf("%v, %s", err, body)
	}
	content := card.Attachments[0].Content
	if content.Type != "AdaptiveCard" || content.Version != "1.4" || len(content.Actions) != 1 || content.Actions[0].URL != m.Link {
		t.Errorf("card %+v", content)
	}
	if strings.Contains(string(body), `"TextBlock"`) {
		t.Error("a TextBlock would read names as Markdown")
	}
}

func TestLongMessagesFit(t *testing.T) {
	m := alert.ExampleMessage()
	m.Report = nil
	for range 20 {
		i := m.Items[0]
		i.Reason = strings.Repeat("ü", 5000)
		m.Items = append(m.Items, i)
	}
	body, err := fitting(m)
	if err != nil || len(body) > maxBody || !strings.Contains(string(body), "more, on the dashboard") {
		t.Errorf("%d bytes, %v", len(body), err)
	}
	report := alert.ExampleMessage()
	report.Items = nil
	for range 500 {
		report.Report.Clusters = append(report.Report.Clusters, report.Report.Clusters[0])
	}
	if body, err = fitting(report); err != nil || len(body) > maxBody ||
		!strings.Contains(string(body), "more clusters, on the dashboard") {
		t.Errorf("%d bytes, %v", len(body), err)
	}
}

func TestRefusalsAndSecrets(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "20")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, r.URL.String())
	}))
	defer srv.Close()
	err := New(Config{URL: secret.New(srv.URL + "/workflows/hooksecret?sig=sigsecret"),
		Timeout: 10 * time.Second}).Send(t.Context(), alert.ExampleMessage())
	var r *alert.Refusal
	if !errors.As(err, &r) || r.Permanent || r.After != 20*time.Second || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
}

func TestValidate(t *testing.T) {
	err := Config{URL: secret.New("x"), Timeout: time.Hour}.Validate()
	for _, want := range []string{"url: is not a URL", "timeout: 1h0m0s is out of range"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
}
