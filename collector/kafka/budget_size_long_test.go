//go:build long

package kafka

import "github.com/mskfit/mskfit/internal/testbed"

func init() { large = testbed.Population{Topics: 1000, Partitions: 20_000, Groups: 500} }
