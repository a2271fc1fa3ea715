package dashboard

import (
	"encoding/json"
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
	text, err := json.Marshal(answer)
	if err != nil {
		http.Error(w, "the series cannot be encoded", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(text) // the client went away
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
