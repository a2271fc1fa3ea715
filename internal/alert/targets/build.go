package targets

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/alert/alertmanager"
	"github.com/mskfit/mskfit/internal/alert/pagerduty"
	"github.com/mskfit/mskfit/internal/alert/slack"
	"github.com/mskfit/mskfit/internal/alert/sns"
	"github.com/mskfit/mskfit/internal/alert/teams"
	"github.com/mskfit/mskfit/internal/alert/webhook"
)

// Deps are what targets are built with.
type Deps struct {
	Now func() time.Time
	// AWS gives the SDK's configuration for a region; it is asked only for SNS.
	AWS func(ctx context.Context, region string) (aws.Config, error)
	// Threads keep Slack's conversations; the ledger does. Nil: every message is one of its own.
	Threads slack.Documents
	Log     zerolog.Logger
}

// Build opens the targets of a valid configuration. It asks no one anything yet.
func (c Config) Build(ctx context.Context, d Deps) (map[string]alert.Target, error) {
	out := map[string]alert.Target{}
	var errs []error
	for _, name := range c.Names() {
		t, err := c.Targets[name].build(ctx, name, d)
		if err != nil {
			errs = append(errs, fmt.Errorf("alert target %q: %w", name, err))
			continue
		}
		out[name] = t
	}
	return out, errors.Join(errs...)
}

func (t Target) build(ctx context.Context, name string, d Deps) (alert.Target, error) {
	switch {
	case t.Slack != nil:
		text, err := template(t.Slack.TemplateFile)
		log := d.Log.With().Str("target", name).Logger()
		return slack.New(*t.Slack, slack.Options{Name: name, Threads: d.Threads, Template: text, Log: log}), err
	case t.SNS != nil:
		return t.sns(ctx, d)
	case t.Webhook != nil:
		return webhook.New(*t.Webhook, d.Now), nil
	case t.Alertmanager != nil:
		return alertmanager.New(*t.Alertmanager), nil
	case t.Teams != nil:
		return teams.New(*t.Teams), nil
	case t.PagerDuty != nil:
		return pagerduty.New(*t.PagerDuty), nil
	}
	return nil, errors.New("sets no destination")
}

func (t Target) sns(ctx context.Context, d Deps) (alert.Target, error) {
	text, err := template(t.SNS.TemplateFile)
	if err != nil {
		return nil, err
	}
	if text == nil {
		own := alert.DefaultTemplate()
		text = &own
	}
	cfg, err := d.AWS(ctx, t.SNS.Region())
	if err != nil {
		return nil, err
	}
	return sns.New(*t.SNS, cfg, *text), nil
}

// Result is how one target took a test message.
type Result struct {
	Target string
	// Err is nil when the message was accepted.
	Err error
}

// SendTest sends a test message to every target, all at the same time, and returns the results by name.
func SendTest(ctx context.Context, targets map[string]alert.Target, externalURL string, now time.Time) []Result {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	recipients := alert.Recipients(targets)
	out := make([]Result, len(recipients))
	var wait sync.WaitGroup
	for i, r := range recipients {
		wait.Go(func() {
			out[i] = Result{Target: r.Name, Err: alert.Send(ctx, targets[r.Name], alert.TestMessage(r.Name, externalURL, now))}
		})
	}
	wait.Wait()
	return out
}
