package msk

import (
	"errors"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"

	"github.com/mskfit/mskfit/internal/awsconf"
)

// pricePerThousand is what a thousand metrics requested with GetMetricData cost, in US dollars. It was read on several public
// pages of 2022 to 2026 and not on a bill (S-CWPRICE, unverified). The free tier of a million calls does not hold for it.
const pricePerThousand = 0.01

// Stats are what observing has cost so far.
type Stats struct {
	// Calls are those of GetMetricData that were answered, ListCalls those of ListMetrics; Retries were refused first, mostly by
	// throttling.
	Calls, ListCalls, Retries int64
	// Throttles are attempts of any call to CloudWatch that were refused because there were too many.
	Throttles int64
	// Metrics are those that GetMetricData was asked for, pages and repetitions included: what AWS bills. Datapoints came back.
	Metrics, Datapoints int64
	// USD is the price of Metrics, by a figure that is not verified.
	USD float64
}

// meter counts. It is safe for concurrent use.
type meter struct {
	mu sync.Mutex
	s  Stats
}

func (m *meter) listed() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.s.ListCalls++
}

// asked notes an answered call.
func (m *meter) asked(metrics, datapoints int, result middleware.Metadata) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.s.Calls++
	m.s.Metrics += int64(metrics)
	m.s.Datapoints += int64(datapoints)
	if attempts, ok := retry.GetAttemptResults(result); ok {
		m.s.Retries += int64(len(attempts.Results) - 1)
	}
	m.throttled(result, nil)
}

// tried notes how a call that bills nothing, or was not answered, went.
func (m *meter) tried(result middleware.Metadata, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.throttled(result, err)
}

// throttled counts the attempts that were throttled. A call that was given up leaves no metadata: it was throttled as often as it
// was tried. The caller holds mu.
func (m *meter) throttled(result middleware.Metadata, err error) {
	attempts, _ := retry.GetAttemptResults(result)
	for _, a := range attempts.Results {
		if a.Err != nil && awsconf.Throttling(a.Err) {
			m.s.Throttles++
		}
	}
	var given *retry.MaxAttemptsError
	if errors.As(err, &given) && awsconf.Throttling(err) {
		m.s.Throttles += int64(given.Attempt)
	}
}

func (m *meter) stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.s
	s.USD = price(float64(s.Metrics))
	return s
}

func price(metrics float64) float64 { return metrics * pricePerThousand / 1000 }
