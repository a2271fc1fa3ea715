package history

import (
	"context"
	"math"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/mskfit/mskfit/internal/promclient"
)

// external is a Prometheus-compatible server. It keeps nothing itself but the five minutes of topics and groups that are not
// over.
type external struct {
	cfg    External
	client *promclient.Client
	// replica is the label of what is written; empty: none.
	replica string
	// write and query are the addresses; query ends before /api/v1.
	writeURL, queryURL string

	mu   sync.Mutex
	open blocks
}

var _ backend = (*external)(nil)

func openExternal(cfg External, replica string) (*external, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	client, err := promclient.New(cfg.Config)
	if err != nil {
		return nil, err
	}
	return &external{cfg: cfg, replica: replica, client: client, writeURL: cfg.WriteURL,
		queryURL: strings.TrimSuffix(cfg.QueryURL, "/"),
		open:     blocks{}}, nil
}

// close writes the five minutes that are not over.
func (e *external) close() error {
	defer e.client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return e.flush(ctx, math.MaxInt64)
}

// do sends a request with the configured headers.
func (e *external) do(req *http.Request) (*http.Response, error) { return e.client.Do(req) }
