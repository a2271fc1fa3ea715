package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/verdict"
)

// awsIn gives the SDK's configuration for a region, with the identity of the file.
func (d *Daemon) awsIn(cfg config.Config) func(ctx context.Context, region string) (aws.Config, error) {
	return awsconf.ByRegion(cfg.AWS, awsconf.Options{Version: d.version})
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
func (l *ledgerAdapter) Post(ctx context.Context, messages []alert.Envelope) error {
	var out []ledger.Message
	for _, m := range l.signed(ctx, messages) {
		payload, err := json.Marshal(m)
		if err != nil {
			return err
		}
		out = append(out, ledger.Message{ID: m.Message.ID, Target: m.Target, Payload: payload})
	}
	return l.note(l.Enqueue(ctx, "", out...))
}
