package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/daemon/kept"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/report/past"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

func newReport() *cobra.Command {
	var file string
	var only []string
	window, other := windowFlag{now: time.Now()}, windowFlag{now: time.Now()}
	var overlay overlayFlag
	cmd := &cobra.Command{
		Use:   "report -c CONFIG.yaml",
		Short: "Report on what the daemon has seen: now, or in any window of the past",
		Long: `Decide on the history that mskfit run keeps and print a report on each cluster. It can run while the daemon runs and
changes nothing.

Without --window the report covers the daemon's own window (agent.window) up to now. --compare adds a second window,
such as the week before a sale: figures, choice and price of both, and the topics that moved most.

` + overlayHelp,
		Example: `  mskfit report -c mskfit.yaml
  mskfit report -c mskfit.yaml --cluster orders --out orders.html
  mskfit report -c mskfit.yaml --cluster orders --window 2026-11-23/7d --compare 2026-11-16/7d
  mskfit report -c mskfit.yaml --format csv --table options
  mskfit report -c mskfit.yaml --format json | jq -r '[.cluster, .choice.kind] | @tsv'`,
		Args: cobra.NoArgs,
	}
	addConfig(cmd, &file)
	cmd.Flags().StringSliceVar(&only, "cluster", nil, "report only on the cluster of this `NAME`; may be given several times")
	cmd.Flags().Var(&window, "window", "report on this `WINDOW` of the past: START/END, START/DURATION, or a DURATION up to now")
	cmd.Flags().Var(&other, "compare", "compare with this earlier `WINDOW`")
	overlay.addTo(cmd, "catalog.overlay of the configuration")
	out := addOutput(cmd)
	zone := cmd.Flags().Lookup("timezone")
	zone.DefValue, zone.Usage = "", zone.Usage+" (default: timezone of the configuration)"
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := loadConfig(file)
		if err != nil {
			return usage(err)
		}
		cat, err := overlay.open(cmd.ErrOrStderr(), out.quiet, cfg.Catalog.Overlay)
		if err != nil {
			return usage(err)
		}
		if cmd.Flags().Changed("sizing-profile") {
			cfg.Agent.Sizing.Profile = out.profile
		}
		if !cmd.Flags().Changed("timezone") {
			out.timezone = cfg.Timezone
		}
		if err := out.check(cat); err != nil {
			return usage(err)
		}
		log, _ := out.open(cmd.ErrOrStderr())
		if cfg, err = kept.WithFound(cmd.Context(), cfg, currentVersion(), log); err != nil {
			return failed(err)
		}
		clusters, err := chosen(cfg, only)
		if err := errors.Join(err, oneAtATime(out, clusters)); err != nil {
			return usage(err)
		}
		if len(clusters) == 0 {
			return failed(errNoCluster)
		}
		d := deciding{cfg: cfg.Placed(), clusters: clusters, cat: cat, log: log, zone: out.zone, window: window.w, other: other.w}
		answers, err := d.decide(cmd.Context())
		if err != nil {
			return failed(err)
		}
		return out.print(cmd, answers...)
	}
	return cmd
}

// errNoCluster is for a report about nothing: its exit code must not look like good news.
var errNoCluster = errors.New("no cluster is known: the file names none under clusters, and no daemon has found one for its msk lines yet: " +
	"check that mskfit run is up with this data_directory, and what mskfit check -c FILE finds")

// chosen are the clusters of the names, or all of them.
func chosen(cfg config.Config, only []string) ([]agent.Cluster, error) {
	var out []agent.Cluster
	var known []string
	for _, c := range cfg.Clusters {
		known = append(known, c.Name)
		if len(only) == 0 || slices.Contains(only, c.Name) {
			out = append(out, agent.Cluster{Name: c.Name, Region: c.Region, Requirements: c.Requirements.Requirements(),
				Limits: c.Limits.Base()})
		}
	}
	var errs []error
	for _, name := range only {
		if slices.Contains(known, name) {
			continue
		}
		hint := "the file names " + yamlfile.Few(known)
		if near, found := yamlfile.Nearest(name, known); found {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		errs = append(errs, fmt.Errorf("--cluster %s: there is no such cluster: %s", name, hint))
	}
	return out, errors.Join(errs...)
}

// oneAtATime refuses several verdicts where only one has a place.
func oneAtATime(out *output, clusters []agent.Cluster) error {
	if out.format == "html" && len(clusters) > 1 {
		return fmt.Errorf("a page shows one cluster, and there are %d: choose one with --cluster", len(clusters))
	}
	return nil
}

// deciding is what a report decides on.
type deciding struct {
	cfg      config.Config
	clusters []agent.Cluster
	cat      *catalog.Catalog
	log      zerolog.Logger
	zone     *time.Location
	// window is the past to decide on (nil: the agent's own, up to now), and other the one to compare it with (nil: none).
	window, other *workload.Window
}

// decide decides on every cluster's history.
func (d deciding) decide(ctx context.Context) (out []answer, err error) {
	window := d.window
	if window == nil {
		now := time.Now().UTC()
		window = &workload.Window{Start: now.Add(-d.cfg.Agent.Window), End: now}
	}
	err = kept.Past{Config: d.cfg, Clusters: d.clusters, Catalog: d.cat, Reviews: true, Log: d.log}.Do(ctx,
		func(a *agent.Agent, store *history.Store) error {
			for _, c := range d.clusters {
				one, err := d.one(ctx, a, store, c.Name, *window)
				if err != nil {
					return err
				}
				out = append(out, one)
			}
			return nil
		})
	return out, err
}

// one decides on one cluster and reads what its charts need.
func (d deciding) one(ctx context.Context, a *agent.Agent, store *history.Store, name string, window workload.Window) (one answer,
	err error) {
	if one.verdict, err = a.DecideOn(ctx, name, window); err != nil {
		return one, err
	}
	if one.past, err = past.Read(ctx, store, name, window, d.zone); err != nil {
		return one, err
	}
	if err := past.Growth(ctx, store, name, window, &one.past); err != nil {
		return one, err
	}
	if d.other == nil {
		return one, nil
	}
	before, err := a.DecideOn(ctx, name, *d.other)
	if err != nil {
		return one, err
	}
	one.before = &before
	return one, nil
}

// input is what a verdict on the agent's own window of one cluster depends on.
func (d deciding) input(ctx context.Context, name string) (in analyzer.Input, err error) {
	now := time.Now().UTC()
	window := workload.Window{Start: now.Add(-d.cfg.Agent.Window), End: now}
	err = kept.Past{Config: d.cfg, Clusters: d.clusters, Catalog: d.cat, Log: d.log}.Do(ctx,
		func(a *agent.Agent, _ *history.Store) error {
			in, err = a.InputOn(ctx, name, window)
			return err
		})
	return in, err
}
