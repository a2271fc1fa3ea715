package main

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/alert/slack"
	"github.com/mskfit/mskfit/internal/alert/targets"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/verdict"
)

// alertTargets opens the places that messages go to, by the names that routes use.
func alertTargets(ctx context.Context, cfg config.Config, threads slack.Documents, now func() time.Time, log zerolog.Logger) (map[string]alert.Target, error) {
	return cfg.Alerts.Build(ctx, targets.Deps{Now: now, AWS: awsIn(cfg.AWS), Threads: threads, Log: log})
}

// awsIn gives the SDK's configuration for a region, as the file says whom to be. The session is opened when it is first needed, and once.
func awsIn(cfg awsconf.Config) func(ctx context.Context, region string) (aws.Config, error) {
	var once sync.Once
	var session *awsconf.Session
	var err error
	return func(ctx context.Context, region string) (aws.Config, error) {
		once.Do(func() {
			session, err = awsconf.Open(ctx, cfg, region, awsconf.Options{Version: currentVersion()})
		})
		if err != nil {
			return aws.Config{}, err
		}
		return session.In(region), nil
	}
}

// reporters report one after the other; one that fails keeps no other from it.
type reporters []agent.Reporter

// Report reports with each of them.
func (r reporters) Report(ctx context.Context, verdicts []verdict.Verdict, now time.Time) error {
	var errs []error
	for _, one := range r {
		errs = append(errs, one.Report(ctx, verdicts, now))
	}
	return errors.Join(errs...)
}

// Post puts messages that follow from no state into the outbox.
func (k *keeper) Post(ctx context.Context, messages []alert.Envelope) error {
	var out []ledger.Message
	for _, m := range k.signed(ctx, messages) {
		payload, err := json.Marshal(m)
		if err != nil {
			return err
		}
		out = append(out, ledger.Message{ID: m.Message.ID, Target: m.Target, Payload: payload})
	}
	return k.note(k.Enqueue(ctx, "", out...))
}

// names are the keys of a map, sorted.
func names[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
