package web

import (
	"bytes"
	"net/http"
	"time"

	"github.com/mskfit/mskfit/internal/report"
	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/verdict"
)

// clusterPage is the latest HTML report of one cluster. Every link in an alert leads here.
func (s *server) clusterPage(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	for _, c := range s.Agent.Status() {
		switch {
		case c.Name != name:
		case c.Verdict == nil:
			http.Error(w, "There is no verdict on "+name+" yet. See /readyz, and /api/v1/clusters for its sources.", http.StatusServiceUnavailable)
			return
		default:
			s.writeReport(w, *c.Verdict)
			return
		}
	}
	for _, l := range s.daemon().Left {
		if l.Cluster == name {
			http.Error(w, name+" is not watched since "+l.At.UTC().Format(time.RFC3339)+": "+l.Why, http.StatusNotFound)
			return
		}
	}
	http.Error(w, "There is no cluster "+name+" here. /api/v1/clusters lists those that are watched.", http.StatusNotFound)
}

func (s *server) writeReport(w http.ResponseWriter, v verdict.Verdict) {
	var page bytes.Buffer
	if err := report.HTML(&page, view.Of(v, view.Past{})); err != nil {
		s.Log.Error().Err(err).Str("cluster", v.Cluster).Msg("report not written")
		http.Error(w, "The report could not be written; the log says why.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(page.Bytes()) // the client went away
}
