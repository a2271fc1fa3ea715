package kept

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/migrated"
)

// OnHistory gives do an agent on the history that the daemon keeps, beside a running one, and changes nothing.
func OnHistory(ctx context.Context, cfg config.Config, clusters []agent.Cluster, cat *catalog.Catalog, log zerolog.Logger,
	do func(*agent.Agent, *history.Store) error) (err error) {
	options := history.Options{Log: log}
	if !cfg.History.External.InUse() && !cfg.History.Kept() {
		return fmt.Errorf("there is no history yet in %s: mskfit run writes it", cfg.History.Dir)
	}
	var book *ledger.Ledger
	if cfg.History.External.InUse() || migratedAny(clusters, cfg.Migrations()) {
		if book, err = ledger.Open(ctx, cfg.Ledger, ledger.Options{Log: log}); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, book.Close()) }()
	}
	if cfg.History.External.InUse() {
		options.Facts = book
	}
	store, err := history.OpenReader(cfg.History, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	clusters = (&migrated.Reviewer{History: store, Ledger: book, Now: time.Now}).Attach(clusters, cfg.Migrations())
	a, err := agent.New(cfg.Agent, clusters, agent.Deps{Catalog: cat, History: store, Log: log, Now: time.Now})
	if err != nil {
		return err
	}
	return do(a, store)
}

// migratedAny reports whether one of the clusters was migrated.
func migratedAny(clusters []agent.Cluster, migrations map[string]migrated.From) bool {
	return slices.ContainsFunc(clusters, func(c agent.Cluster) bool {
		_, is := migrations[c.Name]
		return is
	})
}
