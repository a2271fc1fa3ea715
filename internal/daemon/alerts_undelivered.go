package daemon

import (
	"context"
	"encoding/json"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/web"
)

// mostUndelivered is how many messages of each kind the page lists.
const mostUndelivered = 100

// Undelivered lists the newest messages that wait or were given up, for the pages.
func (d *Daemon) Undelivered(ctx context.Context, dead bool) ([]web.Undelivered, error) {
	list, err := d.ledger.Ledger.Undelivered(ctx, dead, mostUndelivered)
	if err != nil {
		return nil, err
	}
	var out []web.Undelivered
	for _, w := range list {
		var e alert.Envelope
		_ = json.Unmarshal(w.Payload, &e) // one that cannot be read has no title, and its error says so
		out = append(out, web.Undelivered{ID: w.ID, Target: w.Target, Cluster: w.Cluster, Title: e.Message.Title,
			CreatedAt: w.CreatedAt, Attempts: w.Attempts, LastError: w.LastError})
	}
	return out, nil
}
