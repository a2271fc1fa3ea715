package prometheus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/promclient"
	"github.com/mskfit/mskfit/internal/workload"
)

// answerLimit bounds one answer of a server, in bytes.
const answerLimit = 256 << 20

// series is one series of an answer.
type series struct {
	Metric map[string]string `json:"metric"`
	Value  *point            `json:"value"`
	Values []point           `json:"values"`
}

// point reads [1712345678.123, "42"].
type point struct {
	at time.Time
	v  float64
}

// UnmarshalJSON reads the pair without the detour over interfaces: answers hold a million of them.
func (p *point) UnmarshalJSON(b []byte) error {
	at, value, ok := strings.Cut(strings.Trim(string(b), "[] \n"), ",")
	if !ok {
		return fmt.Errorf("%q is not a data point", b)
	}
	t, err := strconv.ParseFloat(strings.TrimSpace(at), 64)
	if err != nil || math.Abs(t) > 1e12 || math.IsNaN(t) {
		return fmt.Errorf("%q is not a time", at)
	}
	p.at = time.UnixMilli(int64(math.Round(t * 1000))).UTC()
	p.v, err = strconv.ParseFloat(strings.Trim(value, ` "`), 64)
	return err
}

// instant asks for the value of an expression at a time.
func (s *ServerSource) instant(ctx context.Context, expr string, at time.Time) ([]series, error) {
	return s.ask(ctx, "/api/v1/query", url.Values{"query": {expr}, "time": {seconds(at)}})
}

// ranged asks for the values of an expression from one time to another, both included, and in steps.
func (s *ServerSource) ranged(ctx context.Context, expr string, from, to time.Time, step time.Duration) ([]series, error) {
	return s.ask(ctx, "/api/v1/query_range", url.Values{"query": {expr}, "start": {seconds(from)}, "end": {seconds(to)},
		"step": {strconv.FormatFloat(step.Seconds(), 'f', -1, 64)}})
}

func seconds(t time.Time) string { return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', 3, 64) }

// ask sends a query and returns the series of its answer. A server that says that its answer is partial is an error: half
// a cluster looks like a cheap cluster.
func (s *ServerSource) ask(ctx context.Context, path string, form url.Values) ([]series, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, promclient.WithoutURL(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("query %s: %w", s.host, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, s.limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("query %s: %w", s.host, promclient.WithoutURL(err))
	case int64(len(body)) > s.limit:
		return nil, fmt.Errorf("query %s: the answer is longer than %s: narrow match or topics", s.host,
			workload.FormatBytes(float64(s.limit)))
	}
	return s.parse(resp, body)
}

func (s *ServerSource) parse(resp *http.Response, body []byte) ([]series, error) {
	var answer struct {
		Status, Error string
		Warnings      []string
		IsPartial     bool
		Data          struct {
			ResultType string
			Result     json.RawMessage
		}
	}
	malformed := json.Unmarshal(body, &answer)
	switch {
	case resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden:
		return nil, fmt.Errorf("query %s: %s: check bearer_token, username or sigv4", s.host, resp.Status)
	case malformed != nil && resp.StatusCode/100 != 2:
		return nil, fmt.Errorf("query %s: %s: %s", s.host, resp.Status,
			promclient.FirstLine(strings.NewReader(string(body[:min(len(body), 300)]))))
	case malformed != nil:
		return nil, fmt.Errorf("query %s: the answer is not from a Prometheus server: check url: %w", s.host, malformed)
	case answer.Status != "success":
		return nil, fmt.Errorf("query %s: %s: %s", s.host, resp.Status, answer.Error)
	case answer.IsPartial:
		return nil, fmt.Errorf("query %s: the server marked its answer as partial", s.host)
	case partial(answer.Warnings) != "":
		return nil, fmt.Errorf("query %s: the answer is not whole: %s", s.host, partial(answer.Warnings))
	}
	if t := answer.Data.ResultType; t != "vector" && t != "matrix" {
		return nil, fmt.Errorf("query %s: result type %q is not supported", s.host, t)
	}
	var out []series
	if err := json.Unmarshal(answer.Data.Result, &out); err != nil {
		return nil, fmt.Errorf("query %s: read the answer: %w", s.host, err)
	}
	for i := range out {
		if out[i].Value != nil {
			out[i].Values = []point{*out[i].Value}
		}
	}
	return out, nil
}

// partial returns the first warning that reports missing data, as Thanos gives when a store does not answer. Others are advice.
func partial(warnings []string) string {
	for _, w := range warnings {
		if l := strings.ToLower(w); !strings.HasPrefix(l, "promql ") && !strings.HasPrefix(l, "metric might not be a counter") {
			return w
		}
	}
	return ""
}

var errNoSeries = errors.New("it has no series with a Kafka broker's traffic")
