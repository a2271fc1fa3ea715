package dashboard

import (
	"encoding/json"
	"math"
	"net/http"
	"time"

	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// lines is what the script draws: times in Unix seconds, values in bytes per second, null where there is no data.
type lines struct {
	Times []int64    `json:"times"`
	Mean  []*float64 `json:"mean"`
	Peak  []*float64 `json:"peak"`
	// Limit is the limit of the choice where it is near enough to be drawn; absent otherwise.
	Limit *float64 `json:"limit,omitempty"`
}

// daily is the daily peaks and their forecast, which the script draws as a band: low to high.
type daily struct {
	Times    []int64    `json:"times"`
	Peak     []*float64 `json:"peak"`
	Expected []*float64 `json:"expected,omitempty"`
	Low      []*float64 `json:"low,omitempty"`
	High     []*float64 `json:"high,omitempty"`
	Limit    *float64   `json:"limit,omitempty"`
}

// nulls puts null where there is no value.
func nulls(values []float64) []*float64 {
	var out []*float64
	for _, v := range values {
		if math.IsNaN(v) {
			out = append(out, nil)
			continue
		}
		out = append(out, &v)
	}
	return out
}

// dailyPeaks answers the daily peaks over the window of the link; empty where there are too few for a chart.
func (s *server) dailyPeaks(w http.ResponseWriter, r *http.Request) {
	c, found := s.find(w, r)
	if !found {
		return
	}
	out := daily{Times: []int64{}, Peak: []*float64{}}
	_, span := spanOf(r)
	ctx, stop := within(r.Context())
	defer stop()
	if c.Verdict != nil {
		past := s.pasts.read(ctx, c.Name, span, s.Now(), s.zone())
		if d, ok := view.DailyOf(*c.Verdict, past.Days); ok {
			for _, at := range d.Days {
				out.Times = append(out.Times, at.Unix())
			}
			out.Peak, out.Expected, out.Low, out.High, out.Limit = nulls(d.Peaks), nulls(d.Expected), nulls(d.Low), nulls(d.High),
				d.Limit
		}
	}
	writeJSON(w, out)
}

func writeJSON(w http.ResponseWriter, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "the series cannot be encoded", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(text) // the client went away
}

// series answers the cluster's ingress or egress over the window of the link, for the interactive charts.
func (s *server) series(w http.ResponseWriter, r *http.Request) {
	c, found := s.find(w, r)
	if !found {
		return
	}
	quantity, what := history.Ingress, "ingress"
	if r.URL.Query().Get("quantity") == "egress" {
		quantity, what = history.Egress, "egress"
	}
	_, span := spanOf(r)
	now := s.Now()
	step := max(time.Minute, (span / 600).Truncate(time.Minute))
	ctx, stop := within(r.Context())
	defer stop()
	got, err := s.History.Series(ctx, history.SeriesQuery{Cluster: c.Name, Quantity: quantity,
		Window: workload.Window{Start: now.Add(-span), End: now}, Step: step})
	if err != nil {
		http.Error(w, "the history cannot be read: "+err.Error(), http.StatusServiceUnavailable)
		return
	}
	answer := linesOf(got)
	if c.Verdict != nil {
		answer.Limit = near(*c.Verdict, what, got)
	}
	writeJSON(w, answer)
}

// linesOf puts a null where a step has no data, so that a gap is drawn as one.
func linesOf(s history.Series) lines {
	out := lines{Times: []int64{}, Mean: []*float64{}, Peak: []*float64{}}
	for i, p := range s.Points {
		if i > 0 && p.At.Sub(s.Points[i-1].At) > s.Step {
			out.Times = append(out.Times, s.Points[i-1].At.Add(s.Step).Unix())
			out.Mean, out.Peak = append(out.Mean, nil), append(out.Peak, nil)
		}
		out.Times = append(out.Times, p.At.Unix())
		out.Mean, out.Peak = append(out.Mean, &p.Mean), append(out.Peak, &p.Max)
	}
	return out
}

// farAbove is from how many times the highest value on a limit is left out: the line would be flat at the bottom.
const farAbove = 4

func near(v verdict.Verdict, what string, s history.Series) *float64 {
	limit, ok := view.RateLimit(v, what)
	high := 0.0
	for _, p := range s.Points {
		high = max(high, p.Max)
	}
	if !ok || limit > farAbove*high {
		return nil
	}
	return &limit
}
