package alert

import (
	"context"
	"errors"
	"time"
)

// Target delivers messages to one place. Send returns nil once the place has accepted the message, and a *Refusal when it
// is known whether trying again can help; every other error is tried again. It must return promptly once ctx is done.
// Errors never hold a secret: not the URL of a webhook, not a token.
type Target interface {
	Send(ctx context.Context, m Message) error
}

// Refusal is an answer of a target that says no.
type Refusal struct {
	// Permanent: the same message will never be accepted (the webhook was deleted, the message is malformed).
	Permanent bool
	// After is how long the target asked to wait; 0 when it did not say.
	After time.Duration
	// Err says why, without secrets.
	Err error
}

// Error says why.
func (r *Refusal) Error() string { return r.Err.Error() }

// Unwrap returns the cause.
func (r *Refusal) Unwrap() error { return r.Err }

// refusalOf finds the refusal in an error; an error that is none can be retried.
func refusalOf(err error) Refusal {
	var r *Refusal
	if errors.As(err, &r) {
		return *r
	}
	return Refusal{Err: err}
}
