package history

import (
	"context"
	"fmt"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// mostPoints bounds the points of one series that a range query may ask for.
const mostPoints = 11_000

// Query evaluates a PromQL expression at an instant, over what the store holds: values that wait in memory and the open
// five minutes are not part of it.
func (s *Store) Query(ctx context.Context, expr string, at time.Time) ([]Series, error) {
	out, err := s.backend.query(ctx, expr, at)
	if err != nil {
		return nil, fmt.Errorf("query %q: %w", expr, err)
	}
	return out, nil
}

// QueryRange evaluates a PromQL expression every step of the window, for charts. At most 11,000 steps.
func (s *Store) QueryRange(ctx context.Context, expr string, window workload.Window, step time.Duration) ([]Series, error) {
	if step <= 0 || window.Duration()/step > mostPoints {
		return nil, fmt.Errorf("query %q: a step of %s over %s makes more than %d points: take a longer step", expr, step, window.Duration(), mostPoints)
	}
	out, err := s.backend.queryRange(ctx, expr, window.Start, window.End, step)
	if err != nil {
		return nil, fmt.Errorf("query %q: %w", expr, err)
	}
	return out, nil
}
