package dashboard

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// liveEvery is how often a page that is open learns whether something has changed.
const liveEvery = 2 * time.Second

// events notifies an open page when figures have changed (Server-Sent Events). The page then asks for itself again and
// takes over what is new, so that nothing is rendered in two ways.
func (s *server) events(w http.ResponseWriter, r *http.Request) {
	flush := http.NewResponseController(w)
	_ = flush.SetWriteDeadline(time.Time{}) // the stream has no end of its own
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(http.StatusOK)
	last := s.revision()
	fmt.Fprintf(w, "retry: 5000\nevent: revision\ndata: %x\n\n", last)
	if flush.Flush() != nil {
		return
	}
	tick := time.NewTicker(liveEvery)
	defer tick.Stop()
	quiet := 0
	for {
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		}
		now := s.revision()
		switch quiet++; {
		case now != last:
			fmt.Fprintf(w, "event: revision\ndata: %x\n\n", now)
			last, quiet = now, 0
		case quiet >= 7: // proxies close a stream that says nothing
			fmt.Fprint(w, ": nothing new\n\n")
			quiet = 0
		default:
			continue
		}
		if flush.Flush() != nil {
			return
		}
	}
}

// revision changes when a sample, a verdict, an alert or a problem does.
func (s *server) revision() uint64 {
	h := fnv.New64a()
	for _, c := range s.Agent.Status() {
		fmt.Fprintln(h, c.Name, c.KeptAt.Unix(), len(openAlerts(c)), len(alertsAt(c, true)))
		if c.Verdict != nil {
			fmt.Fprintln(h, c.Verdict.At.Unix())
		}
		for _, src := range c.Sources {
			fmt.Fprintln(h, src.Name, src.Error, len(src.Gaps), workload.Partial(src.Gaps))
		}
	}
	d := s.Agent.Daemon()
	fmt.Fprintln(h, d.Role, d.Ready, len(d.Problems))
	return h.Sum64()
}

// age writes a duration for people, in whole units: "45 s", "4 min", "3 h", "12 days".
func age(d time.Duration) string {
	unit := time.Second
	switch {
	case d >= 48*time.Hour:
		unit = 24 * time.Hour
	case d >= time.Hour:
		unit = time.Hour
	case d >= 2*time.Minute:
		unit = time.Minute
	}
	return workload.FormatDuration(max(d, 0).Truncate(unit))
}
