package post

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/secret"
)

func TestAnswers(t *testing.T) {
	for _, tc := range []struct {
		name      string
		answer    http.HandlerFunc
		permanent bool
		after     time.Duration
		contains  string
	}{
		{"not found", status(404, nil, "no_service"), true, 0, "answered 404 Not Found: no_service"},
		{"bad request", status(400, nil, "invalid\r\nblocks"), true, 0, "400 Bad Request: invalid  blocks"},
		{"server error", status(503, nil, ""), false, 0, "503 Service Unavailable"},
		{"limited with a wait", status(429, http.Header{"Retry-After": {"30"}}, ""), false, 30 * time.Second, "429"},
		{"limited with an absurd wait", status(429, http.Header{"Retry-After": {"999999999999"}}, ""), false, time.Hour, "429"},
		{"limited with nonsense", status(429, http.Header{"Retry-After": {"soon"}}, ""), false, 0, "429"},
		{"redirect", status(302, http.Header{"Location": {"http://169.254.169.254/latest"}}, ""), true, 0,
			"a redirect, which is not followed"},
		{"a long answer", status(500, nil, strings.Repeat("é", 5000)), false, 0, strings.Repeat("é", 200) + "…"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			srv := httptest.NewServer(tc.answer)
			defer srv.Close()
			_, err := Send(t.Context(), Client(time.Second), secret.New(srv.URL+"/services/T0/B0/XXXX"), nil, []byte("{}"))
			var r *alert.Refusal
			if !errors.As(err, &r) {
				t.Fatalf("got %v, want a refusal", err)
			}
			if r.Permanent != tc.permanent || r.After != tc.after || !strings.Contains(err.Error(), tc.contains) {
				t.Errorf("permanent %t, after %s, %q", r.Permanent, r.After, err)
			}
		})
	}
}

func status(code int, header http.Header, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for k, v := range header {
			w.Header()[k] = v
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
}

func TestErrorsHideTheURL(t *testing.T) {
	const path = "/services/T0/B0/topsecret"
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, "no handler for "+r.URL.Path)
	}))
	defer echo.Close()
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer slow.Close()
	for name, to := range map[string]string{"echo": echo.URL + path, "closed": "http://127.0.0.1:1" + path, "slow": slow.URL + path,
		"no host": "http://nowhere.invalid" + path, "not a URL": "ht!tp://" + path, "no scheme": path} {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		_, err := Send(ctx, Client(time.Second), secret.New(to), nil, nil)
		cancel()
		if err == nil || strings.Contains(err.Error(), "topsecret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An answer may quote any part of what was sent.
func TestErrorsHideEveryPartOfTheAddressAndTheHeaders(t *testing.T) {
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, strings.Join([]string{r.URL.Query().Get("token"), r.URL.RawQuery, filepath.Base(r.URL.Path), user,
			password,
			r.Header.Get("Authorization"), strings.TrimPrefix(r.Header.Get("X-Key"), "Key ")}, " | "))
	}))
	defer echo.Close()
	to := strings.Replace(echo.URL, "http://", "http://us:topsecret0@", 1) + "/hooks/topsecret1?token=topsecret%202"
	_, err := Send(t.Context(), Client(time.Second), secret.New(to), http.Header{"X-Key": {"Key topsecret3"}}, nil)
	if err == nil || strings.Contains(err.Error(), "topsecret") {
		t.Errorf("%v", err)
	}
}

func TestRetryAfterAsADate(t *testing.T) {
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	if got := RetryAfter("Mon, 02 Mar 2026 10:05:00 GMT", now); got != 5*time.Minute {
		t.Errorf("got %s", got)
	}
	if got := RetryAfter("Mon, 02 Mar 2026 09:00:00 GMT", now); got != 0 {
		t.Errorf("a date of the past: %s", got)
	}
}

// What a library reads of an answer is bounded too.
func TestAnswersAreBounded(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for range 4 {
			_, _ = w.Write(make([]byte, largestAnswer/2)) // a client that hung up has seen enough
		}
	}))
	defer server.Close()
	resp, err := Client(10 * time.Second).Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err == nil || len(body) > largestAnswer {
		t.Errorf("%d bytes were read, error %v", len(body), err)
	}
}
