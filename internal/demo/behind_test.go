package demo

import (
	"errors"
	"strings"
	"testing"

	"github.com/rs/zerolog"
)

// A machine that is too slow is named once; its many errors are for the debug log.
func TestASlowMachineIsNamedOnce(t *testing.T) {
	var log strings.Builder
	c := &Cluster{log: zerolog.New(&log).Level(zerolog.WarnLevel)}
	for range 3 {
		c.fallBehind(errors.New("context deadline exceeded"))
	}
	got := log.String()
	if strings.Count(got, "\n") != 1 || !strings.Contains(got, "too busy") || strings.Contains(got, "deadline") {
		t.Errorf("the log says %q", got)
	}
}
