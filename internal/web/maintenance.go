package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Maintenance is a span in which no alert is sent.
type Maintenance struct {
	// ID names a span that was declared here; 0 for one of the configuration file, which only the file ends.
	ID int64 `json:"id,omitempty"`
	// From is api or file.
	From string `json:"from"`
	// Active: it silences now.
	Active bool `json:"active"`
	// Start is nil for a recurring span.
	Start *time.Time `json:"start,omitempty"`
	// End is nil for a recurring span.
	End *time.Time `json:"end,omitempty"`
	// Schedule and Duration are those of a recurring span of the file.
	Schedule string `json:"schedule,omitempty"`
	// Duration is how long each recurrence lasts ("2h0m0s"); empty for a single span.
	Duration string `json:"duration,omitempty"`
	// Clusters are names or patterns; empty: all.
	Clusters []string `json:"clusters"`
	// Reason says why alerts are silent; empty: not said.
	Reason string `json:"reason,omitempty"`
}

// Where a maintenance was declared.
const (
	FromAPI  = "api"
	FromFile = "file"
)

// Maintenances keeps the spans. What it changes is mskfit's own ledger.
type Maintenances interface {
	// Maintenances lists the spans that are not over: those declared here by start, then those of the file.
	Maintenances(ctx context.Context) ([]Maintenance, error)
	// AddMaintenance keeps a span with start and end and returns its ID.
	AddMaintenance(ctx context.Context, m Maintenance) (id int64, err error)
	// EndMaintenance ends a span now, or takes it back when it has not begun.
	EndMaintenance(ctx context.Context, id int64) error
}

// longestMaintenance bounds a span: a slip in the year must not silence a fleet for one.
const longestMaintenance = 31 * 24 * time.Hour

// maintenanceRequest is what POST /api/v1/maintenance takes.
type maintenanceRequest struct {
	Start    *time.Time `json:"start"`
	End      *time.Time `json:"end"`
	Duration string     `json:"duration"`
	Clusters []string   `json:"clusters"`
	Reason   string     `json:"reason"`
}

const maintenanceExample = `write it as {"duration": "2h", "clusters": ["prod-*"], "reason": "upgrade"}`

func (s *server) maintenances(w http.ResponseWriter, r *http.Request) {
	list, err := s.Maintenance.Maintenances(r.Context())
	if err != nil {
		s.fail(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	s.json(w, http.StatusOK, map[string]any{"maintenance": append([]Maintenance{}, list...)})
}

func (s *server) addMaintenance(w http.ResponseWriter, r *http.Request) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		s.fail(w, http.StatusUnsupportedMediaType, "the body must be JSON: send the header Content-Type: application/json")
		return
	}
	request, err := readMaintenance(http.MaxBytesReader(w, r.Body, 1<<16))
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		s.fail(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is longer than %d bytes", long.Limit))
		return
	case err != nil:
		s.fail(w, http.StatusBadRequest, err.Error())
		return
	}
	m, err := request.span(s.Now().UTC())
	if err == nil {
		err = s.known(m.Clusters)
	}
	if err != nil {
		s.fail(w, http.StatusUnprocessableEntity, err.Error())
		return
	}
	if m.ID, err = s.Maintenance.AddMaintenance(r.Context(), m); err != nil {
		s.fail(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	s.Log.Info().Int64("maintenance", m.ID).Time("start", *m.Start).Time("end", *m.End).Strs("clusters", m.Clusters).Str("reason",
		m.Reason).
		Msg("maintenance declared")
	w.Header().Set("Location", "/api/v1/maintenance/"+strconv.FormatInt(m.ID, 10))
	s.json(w, http.StatusCreated, m)
}

func readMaintenance(body io.Reader) (m maintenanceRequest, err error) {
	in := json.NewDecoder(body)
	in.DisallowUnknownFields()
	var long *http.MaxBytesError
	err = in.Decode(&m)
	if errors.As(err, &long) {
		return m, err
	}
	if err != nil {
		return m, fmt.Errorf("the body is not a maintenance: %s: %s", strings.TrimPrefix(err.Error(), "json: "), maintenanceExample)
	}
	if _, err := in.Token(); errors.As(err, &long) {
		return m, err
	} else if !errors.Is(err, io.EOF) {
		return m, errors.New("the body holds more than one maintenance: send one request for each")
	}
	return m, nil
}

// span is the maintenance asked for; without a start it begins now.
func (q maintenanceRequest) span(now time.Time) (m Maintenance, err error) {
	start := now.Truncate(time.Second)
	if q.Start != nil {
		start = q.Start.UTC()
	}
	var end time.Time
	switch {
	case (q.End == nil) == (q.Duration == ""):
		return m, fmt.Errorf("give either end or duration: %s", maintenanceExample)
	case q.End != nil:
		end = q.End.UTC()
	default:
		d, err := yamlfile.ParseDuration(q.Duration)
		if err != nil {
			return m, fmt.Errorf("duration: %w", err)
		}
		end = start.Add(d)
	}
	switch {
	case !end.After(start):
		return m, fmt.Errorf("end: %s is not after the start %s", end.Format(time.RFC3339), start.Format(time.RFC3339))
	case !end.After(now):
		return m, fmt.Errorf("end: %s is in the past: it is %s", end.Format(time.RFC3339), now.Format(time.RFC3339))
	case end.Sub(start) > longestMaintenance:
		return m, fmt.Errorf("end: %s is longer than the %s that a maintenance may last: declare recurring or longer ones in alerts.maintenance of the configuration",
			end.Sub(start), longestMaintenance)
	}
	if n := utf8.RuneCountInString(q.Reason); n > alert.MaxReason {
		return m, fmt.Errorf("reason: %d characters are too many: at most %d", n, alert.MaxReason)
	}
	for _, c := range q.Clusters {
		if _, err := path.Match(c, ""); err != nil {
			return m, fmt.Errorf("clusters: %q is not a pattern: use * and ?", c)
		}
	}
	return Maintenance{From: FromAPI, Active: !start.After(now), Start: &start, End: &end,
		Clusters: append([]string{}, q.Clusters...), Reason: q.Reason}, nil
}

// known refuses patterns that fit no cluster: a slip would be noticed by the alert in the night.
func (s *server) known(patterns []string) error {
	var names []string
	for _, c := range s.Agent.Status() {
		names = append(names, c.Name)
	}
	for _, p := range patterns {
		if !slices.ContainsFunc(names, func(n string) bool { ok, err := path.Match(p, n); return err == nil && ok }) {
			return fmt.Errorf("clusters: there is no cluster %q: the clusters are %s", p, strings.Join(names, ", "))
		}
	}
	return nil
}

func (s *server) endMaintenance(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	list, listErr := s.Maintenance.Maintenances(r.Context())
	open := slices.ContainsFunc(list, func(m Maintenance) bool { return m.ID == id && id > 0 })
	switch {
	case listErr != nil:
		s.fail(w, http.StatusServiceUnavailable, listErr.Error())
		return
	case err != nil || !open:
		s.fail(w, http.StatusNotFound, fmt.Sprintf("no maintenance %q that can be ended: GET /api/v1/maintenance lists them; those in the file end with the file", r.PathValue("id")))
		return
	}
	if err := s.Maintenance.EndMaintenance(r.Context(), id); err != nil {
		s.fail(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	s.Log.Info().Int64("maintenance", id).Msg("maintenance ended")
	w.WriteHeader(http.StatusNoContent)
}
