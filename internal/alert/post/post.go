// Package post sends one HTTP request to an alert target and says in the target's terms how it went: accepted, refused for
// good, or worth another try and when. Errors never hold the URL, which for many targets is the secret itself.
package post

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/secret"
)

// maxAnswer is how much of an answer is read.
const maxAnswer = 64 << 10

// Client returns a client that follows no redirect: a target that moved must be configured again, and a redirect could lead
// to an address inside the network that no one meant to reach.
func Client(timeout time.Duration) *http.Client {
	return &http.Client{Timeout: timeout, Transport: bounded{http.DefaultTransport}, CheckRedirect: func(*http.Request,
		[]*http.Request) error {
		return http.ErrUseLastResponse
	}}
}

// largestAnswer bounds what a library reads of an answer. Slack's repeats the message, which has 200 KB at most.
const largestAnswer = 1 << 20

// bounded ends the body of an answer after largestAnswer bytes with an error.
type bounded struct{ http.RoundTripper }

// RoundTrip is that of the transport, with a body that is bounded.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Body = http.MaxBytesReader(nil, resp.Body, largestAnswer)
	}
	return resp, err
}

// Send posts the body and returns the answer's. The error is an *alert.Refusal, and shows neither the address nor the headers
// nor the secrets that are in the body.
func Send(ctx context.Context, c *http.Client, to secret.String, header http.Header, body []byte, secrets ...secret.String) ([]byte,
	error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.Reveal(), bytes.NewReader(body))
	if err != nil {
		return nil, &alert.Refusal{Permanent: true, Err: errors.New("the URL is not valid")}
	}
	for k, v := range header {
		req.Header[k] = v
	}
	redacted := secretsOf(to, header, secrets)
	resp, err := c.Do(req)
	if err != nil {
		return nil, &alert.Refusal{Err: redacted.err(err)}
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, &alert.Refusal{Err: fmt.Errorf("read answer: %w", redacted.err(err))}
	}
	if resp.StatusCode/100 == 2 {
		return answer, nil
	}
	return nil, refusal(resp, answer, redacted, time.Now())
}

// refusal reads a status that is no success: 429 and 5xx pass, everything else is for good.
func refusal(resp *http.Response, answer []byte, redacted hider, now time.Time) *alert.Refusal {
	r := &alert.Refusal{Err: fmt.Errorf("answered %s%s", resp.Status, excerpt(redacted.text(string(answer))))}
	switch {
	case resp.StatusCode/100 == 3:
		r.Permanent = true
		r.Err = fmt.Errorf("answered %s, a redirect, which is not followed: configure the address that it leads to", resp.Status)
	case resp.StatusCode == http.StatusTooManyRequests, resp.StatusCode == http.StatusRequestTimeout, resp.StatusCode/100 == 5:
		r.After = RetryAfter(resp.Header.Get("Retry-After"), now)
	default:
		r.Permanent = true
	}
	return r
}

// maxRetryAfter bounds what a target may ask for.
const maxRetryAfter = time.Hour

// RetryAfter reads the header in seconds or as a date; 0 when there is none that can be read.
func RetryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(strings.TrimSpace(header)); err == nil && seconds > 0 {
		return min(time.Duration(min(seconds, int(maxRetryAfter/time.Second)))*time.Second, maxRetryAfter)
	}
	if at, err := http.ParseTime(header); err == nil && at.After(now) {
		return min(at.Sub(now), maxRetryAfter)
	}
	return 0
}

// excerpt is the beginning of an answer on one line, for the error.
func excerpt(answer string) string {
	text := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.TrimSpace(answer))
	if text == "" {
		return ""
	}
	if runes := []rune(text); len(runes) > 200 {
		text = string(runes[:200]) + "…"
	}
	return ": " + text
}
