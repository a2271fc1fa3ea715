package history

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mskfit/mskfit/internal/promclient"
)

// One request asks for so many names and so long a span that its answer stays in the order of a million values.
const (
	namesPerQuery = 20
	spanPerQuery  = 10 * day
	clusterSpan   = 2 * day // one-minute values of the cluster
	queriesAtOnce = 2
	answerLimit   = 512 << 20
)

func (e *external) each(ctx context.Context, sel selection, waiting []*entry, visit func(name string, all []series) error) error {
	e.mu.Lock()
	newest := newestRuns{}
	err := newest.add(sel, e.open.entries(sel.cluster)...)
	e.mu.Unlock()
	if err == nil {
		err = newest.add(sel, waiting...)
	}
	if err != nil {
		return err
	}
	if sel.level == ofCluster {
		found, err := e.read(ctx, sel, nil, clusterSpan)
		if err != nil {
			return err
		}
		if all := newest.take("", found[""]); len(all) > 0 {
			return visit("", all)
		}
		return nil
	}
	names := []string{escape(sel.name)}
	if sel.name == "" {
		from, to := sel.span.minutes()
		if names, err = e.labelValues(ctx, string(sel.level), sel.matcher(nil), from*minuteMillis, to*minuteMillis); err != nil {
			return err
		}
	}
	var mu sync.Mutex // newest is shared
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(queriesAtOnce)
	for batch := range slices.Chunk(names, namesPerQuery) {
		g.Go(func() error {
			found, err := e.read(ctx, sel, batch, spanPerQuery)
			for _, label := range batch {
				name := unescape(label)
				if err != nil || len(found[name]) == 0 {
					continue
				}
				mu.Lock()
				all := newest.take(name, found[name])
				mu.Unlock()
				err = visit(name, all)
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return newest.rest(visit)
}

// metrics is the regular expression of the selection's series names.
func (sel selection) metrics() string {
	if len(sel.quantities) == 0 {
		return prefix + string(sel.level) + "_.+"
	}
	names := make([]string, len(sel.quantities))
	for i, q := range sel.quantities {
		names[i] = string(q)
	}
	return prefix + string(sel.level) + "_(?:" + strings.Join(names, "|") + ")(?:" + errorSuffix + ")?"
}

// matcher is the selection in PromQL; names are label values of the level.
func (sel selection) matcher(names []string) string {
	m := `{__name__=~` + strconv.Quote(sel.metrics()) + `,cluster=` + strconv.Quote(escape(sel.cluster))
	if len(names) > 0 {
		quoted := make([]string, len(names))
		for i, n := range names {
			quoted[i] = regexp.QuoteMeta(n)
		}
		m += `,` + string(sel.level) + `=~` + strconv.Quote(strings.Join(quoted, "|"))
	}
	return m + `}`
}

// read fetches the values of a selection piece by piece and groups the series by name.
func (e *external) read(ctx context.Context, sel selection, names []string, piece time.Duration) (map[string][]series, error) {
	found := map[remoteID]*remote{}
	byName := map[string]map[seriesID][]*remote{}
	first, beyond := sel.span.minutes()
	for from, end := first*minuteMillis, beyond*minuteMillis; from < end; from += piece.Milliseconds() {
		to := min(end, from+piece.Milliseconds())
		// The range reaches from its end back to before from in some servers, up to from in others.
		expr := fmt.Sprintf("%s[%dms]", sel.matcher(names), to-from)
		answer, err := e.ask(ctx, "/api/v1/query", url.Values{"query": {expr}, "time": {seconds(to - 1)}})
		if err != nil {
			return nil, err
		}
		for _, a := range answer {
			id, ok := parseMetric(a.Metric)
			if !ok {
				continue
			}
			written := remoteID{id, a.Metric[replicaLabel]}
			r := found[written]
			if r == nil {
				r = &remote{id: id, replica: written.replica}
				found[written] = r
				if byName[id.name] == nil {
					byName[id.name] = map[seriesID][]*remote{}
				}
				byName[id.name][id.seriesID] = append(byName[id.name][id.seriesID], r)
			}
			for _, v := range a.Values {
				if v.t >= from && v.t < to {
					r.t, r.v = append(r.t, v.t), append(r.v, v.v)
				}
			}
		}
	}
	out := map[string][]series{}
	for name, all := range byName {
		for id, rows := range all {
			out[name] = append(out[name], series{id: id, stored: storedRows(sel.span, rows), keeps: true})
		}
	}
	return out, nil
}

func seconds(millis int64) string { return strconv.FormatFloat(float64(millis)/1000, 'f', 3, 64) }

// answered is one series of an answer.
type answered struct {
	Metric map[string]string `json:"metric"`
	Value  *sampleJSON       `json:"value"`
	Values []sampleJSON      `json:"values"`
}

// sampleJSON reads [1712345678.123, "42"].
type sampleJSON struct {
	t int64
	v float64
}

// UnmarshalJSON reads the pair without the detour over interfaces: answers hold a million of them.
func (s *sampleJSON) UnmarshalJSON(b []byte) error {
	at, value, ok := strings.Cut(strings.Trim(string(b), "[] \n"), ",")
	if !ok {
		return fmt.Errorf("%q is not a sample", b)
	}
	t, err := strconv.ParseFloat(strings.TrimSpace(at), 64)
	if err != nil {
		return err
	}
	v, err := strconv.ParseFloat(strings.Trim(value, ` "`), 64)
	s.t, s.v = int64(t*1000+0.5), v
	return err
}

// ask sends a query and returns the series of its answer. A server that says that its answer is partial is an error:
// half a cluster looks like a cheap cluster.
func (e *external) ask(ctx context.Context, path string, form url.Values) ([]answered, error) {
	var data struct {
		ResultType string          `json:"resultType"`
		Result     json.RawMessage `json:"result"`
	}
	if err := e.post(ctx, path, form, &data); err != nil {
		return nil, err
	}
	var out []answered
	switch data.ResultType {
	case "matrix", "vector":
		if err := json.Unmarshal(data.Result, &out); err != nil {
			return nil, fmt.Errorf("read the answer of %s: %w", path, err)
		}
	case "scalar":
		var v sampleJSON
		if err := json.Unmarshal(data.Result, &v); err != nil {
			return nil, fmt.Errorf("read the answer of %s: %w", path, err)
		}
		out = []answered{{Value: &v}}
	default:
		return nil, fmt.Errorf("read the answer of %s: result type %q is not supported", path, data.ResultType)
	}
	for i := range out {
		if out[i].Value != nil {
			out[i].Values = []sampleJSON{*out[i].Value}
		}
	}
	return out, nil
}

func (e *external) post(ctx context.Context, path string, form url.Values, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.queryURL+path, strings.NewReader(form.Encode()))
	if err != nil {
		return promclient.WithoutURL(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := e.do(req)
	if err != nil {
		return fmt.Errorf("query: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
	if err != nil {
		return fmt.Errorf("query: %w", err)
	}
	var answer struct {
		Status, Error string
		Warnings      []string
		IsPartial     bool
		Data          json.RawMessage
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Status != "success" {
		return fmt.Errorf("query: %s: %s", resp.Status,
			promclient.FirstLine(strings.NewReader(answer.Error+string(body[:min(len(body), 200)]))))
	}
	if answer.IsPartial {
		return errors.New("query: the server marked its answer as partial")
	}
	return json.Unmarshal(answer.Data, into)
}

func (e *external) labelValues(ctx context.Context, label, match string, from, to int64) ([]string, error) {
	form := url.Values{"match[]": {match}, "start": {seconds(from)}, "end": {seconds(to)}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, e.queryURL+"/api/v1/label/"+label+"/values?"+form.Encode(), nil)
	if err != nil {
		return nil, promclient.WithoutURL(err)
	}
	resp, err := e.do(req)
	if err != nil {
		return nil, fmt.Errorf("list %ss: %w", label, err)
	}
	defer resp.Body.Close()
	var answer struct {
		Status, Error string
		Data          []string
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, answerLimit)).Decode(&answer); err != nil || answer.Status != "success" {
		return nil, fmt.Errorf("list %ss: %s: %s", label, resp.Status, answer.Error)
	}
	slices.Sort(answer.Data)
	return answer.Data, nil
}

// ping asks the server for a constant.
func (e *external) ping(ctx context.Context) error {
	_, err := e.ask(ctx, "/api/v1/query", url.Values{"query": {"vector(1)"}})
	return err
}
