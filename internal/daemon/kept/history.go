package kept

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/migrated"
	"github.com/mskfit/mskfit/verdict"
)

// Past is the history that the daemon keeps, read beside a running one.
type Past struct {
	Config   config.Config
	Clusters []agent.Cluster
	Catalog  *catalog.Catalog
	// Reviews compares migrated clusters with their predictions, which are in the ledger.
	Reviews bool
	Log     zerolog.Logger
}

// Do gives do an agent on the history. Nothing is collected, saved or sent.
func (p Past) Do(ctx context.Context, do func(*agent.Agent, *history.Store) error) (err error) {
	external := p.Config.History.External.InUse()
	if !external && !p.Config.History.Kept() {
		return fmt.Errorf("there is no history yet in %s: mskfit run writes it", p.Config.History.Dir)
	}
	migrations := p.Config.Migrations()
	options := history.Options{Log: p.Log}
	var led *ledger.Ledger
	var noLedger error
	if external || p.Reviews && len(migrations) > 0 {
		if led, noLedger = openLedger(ctx, p.Config.Ledger, p.Log); noLedger == nil {
			defer func() { err = errors.Join(err, led.Close()) }()
		}
	}
	if external {
		if noLedger != nil { // it has the facts that such a history lacks
			return noLedger
		}
		options.Facts = led
	}
	store, err := history.OpenReader(p.Config.History, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	clusters := p.Clusters
	if p.Reviews {
		clusters = (&migrated.Reviewer{History: store, Ledger: led, Now: time.Now, Log: p.Log}).Attach(clusters, migrations)
	}
	for i := range clusters {
		if clusters[i].Review != nil && noLedger != nil { // that costs no verdict: the review says so
			clusters[i].Review = func(context.Context, analyzer.Input) (*verdict.Review, error) { return nil, noLedger }
		}
	}
	a, err := agent.New(p.Config.Agent, clusters, agent.Deps{Catalog: p.Catalog, History: store, Log: p.Log, Now: time.Now})
	if err != nil {
		return err
	}
	return do(a, store)
}

// openLedger opens the ledger of a daemon. It makes none: the file would belong to the user who runs a report.
func openLedger(ctx context.Context, cfg ledger.Config, log zerolog.Logger) (*ledger.Ledger, error) {
	if cfg.PostgresURL.IsZero() && cfg.PostgresURLFile == "" {
		if _, err := os.Stat(cfg.File); err != nil {
			return nil, err
		}
	}
	return ledger.Open(ctx, cfg, ledger.Options{Log: log})
}
