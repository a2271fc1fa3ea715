package web

import (
	"context"
	"net/http"
	"time"
)

// Undelivered is a message to an alert target that did not arrive.
type Undelivered struct {
	// ID is that of the message.
	ID string `json:"id"`
	// Target is the name of a configured target.
	Target string `json:"target"`
	// Cluster is empty for a report.
	Cluster string `json:"cluster,omitempty"`
	// Title is its first line; empty for one that cannot be read.
	Title string `json:"title"`
	// CreatedAt is when the message was made, in UTC.
	CreatedAt time.Time `json:"created_at"`
	// Attempts is how often it was tried in vain, LastError why the last time.
	Attempts int `json:"attempts"`
	// LastError is empty where the reason is not known.
	LastError string `json:"last_error,omitempty"`
}

// Outbox says what was not delivered.
type Outbox interface {
	// Undelivered lists the newest messages that wait or, if dead is set, that were given up.
	Undelivered(ctx context.Context, dead bool) ([]Undelivered, error)
}

// undelivered lists what waits to be delivered and what never will be.
func (s *server) undelivered(w http.ResponseWriter, r *http.Request) {
	answer := map[string][]Undelivered{}
	for key, dead := range map[string]bool{"waiting": false, "given_up": true} {
		list, err := s.Outbox.Undelivered(r.Context(), dead)
		if err != nil {
			s.fail(w, http.StatusServiceUnavailable, err.Error())
			return
		}
		answer[key] = append([]Undelivered{}, list...)
	}
	s.json(w, http.StatusOK, answer)
}
