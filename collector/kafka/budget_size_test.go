//go:build !long

package kafka

import "github.com/mskfit/mskfit/internal/testbed"

// large is the cluster whose sweeps are counted: the budget is one of requests, which depends on brokers and coordinators alone.
// With the build tag long it has ten times as much.
var large = testbed.Population{Topics: 200, Partitions: 2_000, Groups: 100}
