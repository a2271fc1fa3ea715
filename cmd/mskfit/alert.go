package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/alert/targets"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/check"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/daemon/kept"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/verdict"
)

func newAlert() *cobra.Command {
	cmd := &cobra.Command{Use: "alert", Short: "Rehearse alerts"}
	cmd.AddCommand(newAlertTest())
	return cmd
}

func newAlertTest() *cobra.Command {
	var r rehearsal
	var file string
	var l logging
	cmd := &cobra.Command{
		Use:   "test -c CONFIG.yaml --cluster NAME --rule ID",
		Short: "Send the alert of one rule to the targets that would get it, and close it again",
		Long: `Send the alert that a rule of a cluster would raise, with the current figures, to every target that its routes select,
and close it again. Its title begins with TEST, and it has its own key, so no open alert is touched. It can read the
history while a daemon runs and stores nothing. Maintenance does not hold it back.`,
		Example: `  mskfit alert test -c mskfit.yaml --cluster orders --rule serverless.ingress_per_cluster
  mskfit alert test -c mskfit.yaml --cluster orders --rule serverless.consumer_groups --level critical`,
		Args: cobra.NoArgs,
	}
	addConfig(cmd, &file)
	cmd.Flags().StringVar(&r.cluster, "cluster", "", "`NAME` of the cluster that the alert is about")
	cmd.Flags().StringVar(&r.rule, "rule", "", "`ID` of the rule, as alerts and mskfit report --format json name it")
	cmd.Flags().StringVar(&r.level, "level", string(drift.LevelWarning), "`LEVEL` of the alert: warning or critical")
	complete(cmd, "level", []string{string(drift.LevelWarning), string(drift.LevelCritical)})
	l.addTo(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := errors.Join(l.check(), r.check()); err != nil {
			return usage(err)
		}
		cfg, err := loadConfig(file)
		if err != nil {
			return usage(err)
		}
		log, _ := l.open(cmd.ErrOrStderr())
		results, err := r.run(cmd.Context(), cfg, log, time.Now())
		if err != nil {
			return failed(err)
		}
		if _, err := cmd.OutOrStdout().Write(check.Text(results)); err != nil {
			return failed(fmt.Errorf("write the results to stdout: %w", err))
		}
		if bad := check.NotOK(results); bad > 0 {
			return failed(fmt.Errorf("%d of %d targets did not take it", bad, len(results)))
		}
		return nil
	}
	return cmd
}

// rehearsal is one alert to be tried.
type rehearsal struct{ cluster, rule, level string }

func (r rehearsal) check() error {
	var errs []error
	if r.cluster == "" {
		errs = append(errs, errors.New("--cluster: name the cluster that the alert is about"))
	}
	if r.rule == "" {
		errs = append(errs, errors.New("--rule: name the rule, such as serverless.ingress_per_cluster"))
	}
	return errors.Join(append(errs, oneOf("--level", r.level,
		[]string{string(drift.LevelWarning), string(drift.LevelCritical)}))...)
}

// run sends the alert and its end, and says how each target took them.
func (r rehearsal) run(ctx context.Context, cfg config.Config, log zerolog.Logger, now time.Time) ([]check.Result, error) {
	present, err := r.present(ctx, cfg, log)
	if err != nil {
		return nil, err
	}
	rule, err := r.find(present)
	if err != nil {
		return nil, err
	}
	opened, err := cfg.Placed().Alerts.Build(ctx,
		targets.Deps{Now: time.Now, AWS: awsconf.ByRegion(cfg.AWS, awsconf.Options{Version: currentVersion()}), Log: log})
	if err != nil {
		return nil, err
	}
	messages := alert.Rehearse(cfg.Alerts.Config, alert.Recipients(opened), present, rule, drift.Level(r.level), now)
	if len(messages) == 0 {
		return nil, fmt.Errorf("a %s of %s on %s is routed to no target: check alerts.routes and alerts.targets", r.level, r.rule,
			r.cluster)
	}
	var out []check.Result
	for _, m := range messages {
		sending, cancel := context.WithTimeout(ctx, 30*time.Second)
		err := alert.Send(sending, opened[m.Target], m.Message)
		cancel()
		out = append(out, check.Outcome("alerts", m.Target+": "+m.Message.Title, "accepted", err, ""))
	}
	return out, nil
}

// present is what alerts see of the cluster now.
func (r rehearsal) present(ctx context.Context, cfg config.Config, log zerolog.Logger) (v verdict.Verdict, err error) {
	if cfg, err = kept.WithFound(ctx, cfg, currentVersion(), log); err != nil {
		return v, err
	}
	clusters, err := chosen(cfg, []string{r.cluster})
	if err != nil {
		return v, err
	}
	placed := cfg.Placed()
	cat, err := catalog.InForce(placed.Catalog.Overlay)
	if err != nil {
		return v, err
	}
	err = kept.Past{Config: placed, Clusters: clusters, Catalog: cat, Log: log}.Do(ctx,
		func(a *agent.Agent, _ *history.Store) error {
			v, err = a.Present(ctx, r.cluster)
			return err
		})
	return v, err
}

// find is the rule among those that are watched.
func (r rehearsal) find(v verdict.Verdict) (*verdict.Rule, error) {
	var known []string
	for _, o := range v.Options {
		if rule := o.Rule(r.rule); rule != nil {
			return rule, nil
		}
		for _, rule := range o.Rules {
			if rule.Utilization != nil {
				known = append(known, rule.ID)
			}
		}
	}
	if len(known) == 0 {
		return nil, fmt.Errorf("there is no data on %s yet: mskfit report says why", r.cluster)
	}
	slices.Sort(known)
	return nil, fmt.Errorf("no rule %s is watched on %s: there are %s (alerts.watch says which clusters' rules are)", r.rule,
		r.cluster, strings.Join(known, ", "))
}
