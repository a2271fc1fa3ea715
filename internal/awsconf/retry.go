package awsconf

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// NewRetryer tries a call up to so many times after throttling and passing faults, and slows all calls of its client down before
// AWS has to throttle once more.
func NewRetryer(attempts int) aws.Retryer {
	return patient{retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
		o.FailOnNoAttemptTokens = true // patient waits
		o.StandardOptions = append(o.StandardOptions, func(s *retry.StandardOptions) { s.MaxAttempts = attempts })
	})}
}

// patient waits for the SDK's adaptive mode in whole steps. By itself that waits for as long as it has computed, which after
// rounding can be no time at all, over and over: under a clock that moves only while everybody sleeps, for ever.
type patient struct{ *retry.AdaptiveMode }

const patience = 50 * time.Millisecond

func (p patient) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	for {
		release, err := p.AdaptiveMode.GetAttemptToken(ctx)
		if err == nil {
			return release, nil
		}
		wait := time.NewTimer(patience)
		select {
		case <-ctx.Done():
			wait.Stop()
			return nil, ctx.Err()
		case <-wait.C:
		}
	}
}
