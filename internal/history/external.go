package history

import (
	"net/http"
	"strings"

	"github.com/mskfit/mskfit/internal/promclient"
)

// external is a Prometheus-compatible server. It keeps nothing itself.
type external struct {
	cfg    External
	client *promclient.Client
	// write and query are the addresses; query ends before /api/v1.
	writeURL, queryURL string
}

func openExternal(cfg External) (*external, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	client, err := promclient.New(cfg.Config)
	if err != nil {
		return nil, err
	}
	return &external{cfg: cfg, client: client, writeURL: cfg.WriteURL, queryURL: strings.TrimSuffix(cfg.QueryURL, "/")}, nil
}

func (e *external) close() error {
	e.client.Close()
	return nil
}

// do sends a request with the configured headers.
func (e *external) do(req *http.Request) (*http.Response, error) { return e.client.Do(req) }
