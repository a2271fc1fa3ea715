package awsconf

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// NewRetryer tries a call up to so many times after throttling and passing faults, and slows all calls of its client down before
// AWS has to throttle once more.
func NewRetryer(attempts int) aws.RetryerV2 {
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
		if err := wait(ctx, patience); err != nil {
			return nil, err
		}
	}
}

// Retry calls once until it succeeds, as the retryer r says: which errors pass, how long to wait, and how often to try. It is what
// the SDK's clients do around each attempt. The error is that of the last attempt.
func Retry(ctx context.Context, r aws.RetryerV2, once func() error) error {
	done := func(error) error { return nil } // gives back the token of the retry before
	for attempt := 1; ; attempt++ {
		release, err := r.GetAttemptToken(ctx)
		if err != nil {
			return err
		}
		err = once()
		_, _ = done(err), release(err) // they only count
		if err == nil || attempt >= r.MaxAttempts() || !r.IsErrorRetryable(err) {
			return err
		}
		failed := err
		if done, err = r.GetRetryToken(ctx, failed); err != nil {
			return failed
		}
		delay, err := r.RetryDelay(attempt, failed)
		if err != nil {
			return failed
		}
		if err := wait(ctx, delay); err != nil {
			return err
		}
	}
}

// RetryWith is Retry with the retryer of c; without one it tries once.
func RetryWith(ctx context.Context, c aws.Config, once func() error) error {
	if c.Retryer != nil {
		if r, ok := c.Retryer().(aws.RetryerV2); ok {
			return Retry(ctx, r, once)
		}
	}
	return once()
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
