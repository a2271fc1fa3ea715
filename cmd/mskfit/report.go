package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/yamlfile"
	"github.com/mskfit/mskfit/verdict"
)

func newReport() *cobra.Command {
	var file string
	var only []string
	var overlay overlayFlag
	cmd := &cobra.Command{
		Use:   "report -c CONFIG.yaml",
		Short: "Print the verdicts on what the daemon has seen, as of now",
		Long: `Decide on the history that mskfit run keeps, as of now, and print the verdicts one after the other. It reads
beside a running daemon and changes nothing; what the daemon keeps is what counts.

` + overlayHelp,
		Example: `  mskfit report -c mskfit.yaml
  mskfit report -c mskfit.yaml --cluster orders --out orders.html
  mskfit report -c mskfit.yaml --format json | jq -r '[.cluster, .choice.kind] | @tsv'`,
		Args: cobra.NoArgs,
	}
	addConfig(cmd, &file)
	cmd.Flags().StringSliceVar(&only, "cluster", nil, "report on the cluster of this `NAME` alone; may be given several times")
	overlay.addTo(cmd, "catalog.overlay of the configuration")
	out := addOutput(cmd)
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
		if err := out.check(cat); err != nil {
			return usage(err)
		}
		log, _ := out.open(cmd.ErrOrStderr())
		if cfg, err = withFound(cmd.Context(), cfg, log); err != nil {
			return failed(err)
		}
		clusters, err := chosen(cfg, only)
		if err := errors.Join(err, oneAtATime(out, clusters)); err != nil {
			return usage(err)
		}
		if len(clusters) == 0 {
			return failed(errNoCluster)
		}
		verdicts, err := verdictsOf(cmd.Context(), cfg.Placed(), clusters, cat, log)
		if err != nil {
			return failed(err)
		}
		return printAll(cmd, out, verdicts)
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
			out = append(out, agent.Cluster{Name: c.Name, Region: c.Region, Requirements: c.Requirements.Requirements(), Limits: c.Limits.Base()})
		}
	}
	var errs []error
	for _, name := range only {
		if slices.Contains(known, name) {
			continue
		}
		hint := "the file names " + few(known)
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
		return fmt.Errorf("a page shows one cluster, and there are %d: name one with --cluster", len(clusters))
	}
	return nil
}

// verdictsOf decides on every cluster's history as of now.
func verdictsOf(ctx context.Context, cfg config.Config, clusters []agent.Cluster, cat *catalog.Catalog, log zerolog.Logger) (out []verdict.Verdict, err error) {
	err = onHistory(ctx, cfg, clusters, cat, log, func(a *agent.Agent) error {
		for _, c := range clusters {
			v, err := a.Decide(ctx, c.Name)
			if err != nil {
				return err
			}
			out = append(out, v)
		}
		return nil
	})
	return out, err
}

// onHistory gives do an agent that reads what the daemon keeps, beside a running one, and changes nothing.
func onHistory(ctx context.Context, cfg config.Config, clusters []agent.Cluster, cat *catalog.Catalog, log zerolog.Logger, do func(*agent.Agent) error) (err error) {
	options := history.Options{Log: log}
	if cfg.History.External.InUse() {
		l, err := ledger.Open(ctx, cfg.Ledger, ledger.Options{Log: log})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, l.Close()) }()
		options.Facts = l
	} else if _, err := os.Stat(filepath.Join(cfg.History.Dir, "tsdb")); err != nil {
		return fmt.Errorf("there is no history yet: %w: mskfit run writes it", err)
	}
	store, err := history.OpenReader(cfg.History, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	a, err := agent.New(cfg.Agent, clusters, agent.Deps{Catalog: cat, History: store, Log: log, Now: time.Now})
	if err != nil {
		return err
	}
	return do(a)
}

// printAll shows the verdicts one after the other, and then holds each against --require.
func printAll(cmd *cobra.Command, out *output, verdicts []verdict.Verdict) error {
	var b bytes.Buffer
	var short []error
	for i, v := range verdicts {
		if i > 0 && out.format != "json" {
			b.WriteString("\n\n")
		}
		if err := out.render(cmd, &b, v); err != nil {
			return failed(err)
		}
		short = append(short, unmet(out.require, v))
	}
	if err := out.deliver(cmd, b.Bytes()); err != nil {
		return failed(err)
	}
	if err := errors.Join(short...); err != nil {
		return &codedError{code: exitUnmet, err: err}
	}
	return nil
}

// few lists the first few names and how many more there are.
func few(all []string) string {
	const most = 5
	out := ""
	for i, name := range all[:min(len(all), most)] {
		if i > 0 {
			out += ", "
		}
		out += name
	}
	if more := len(all) - most; more > 0 {
		out += fmt.Sprintf(" and %d more", more)
	}
	return out
}
