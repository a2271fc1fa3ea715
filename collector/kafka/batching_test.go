package kafka

import "testing"

// writtenTo is a partition that took in so many records in a window of 10 s, with so many batches of so many records each
// were seen in a sweep (0: none was ever seen).
func writtenTo(records, perBatch float64, looked int32) partition {
	p := partition{window: flow{records: records, bytes: 100 * records, low: 100 * records, high: 100 * records, seconds: 10}}
	p.total.add(p.window)
	if looked > 0 {
		p.sample = &batches{sampled: looked}
		for range 10 {
			p.sample.add(header{bytes: int64(100 * perBatch), records: int64(perBatch)})
		}
	}
	return p
}

// Two producers write to one topic: to partition 0 in batches of 100 records, to partition 1 a record to a batch. Whichever of
// them was seen, the bounds hold what both sent.
func TestBatchBoundsHoldProducersOfDifferentHabits(t *testing.T) {
	const full, single = 10_000, 5_000 // records in 10 s: 100 batches, and 5,000
	for _, tt := range []struct {
		name         string
		scope        scope
		full, single int32 // the last sweep that saw the partition
	}{
		{"the single records were never seen", lastWindow, 9, 0},
		{"the single records were never seen, over the whole time", wholeWindowEdges, 9, 0},
		{"the single records were seen earlier", lastWindow, 9, 3},
		{"the full batches were never seen", lastWindow, 0, 9},
		{"the full batches were never seen, over the whole time", wholeWindowEdges, 0, 9},
		{"the full batches were seen earlier", lastWindow, 3, 9},
		{"one was seen earlier, the other never", lastWindow, 3, 0},
		{"both were seen earlier", lastWindow, 3, 3},
		{"both were seen", lastWindow, 9, 9},
		{"both were seen at some time", wholeWindowEdges, 3, 5},
	} {
		orders := &topic{name: "orders", parts: []partition{writtenTo(full, 100, tt.full), writtenTo(single, 1, tt.single)}}
		for i := range orders.parts {
			orders.pool.batches.merge(orders.parts[i].sample)
		}
		v := &view{Source: &Source{sweep: 9}, scope: tt.scope}
		h := v.habitsOf(orders)
		for i, truth := range []float64{100, 5000} {
			p := &orders.parts[i]
			value, low, high, known := v.sent(p, orders, &h, p.window)
			if !known || low > truth || high < truth || value < low || value > high {
				t.Errorf("%s: partition %d has %.0f batches in [%.0f, %.0f], want bounds around %.0f", tt.name, i, value, low, high,
					truth)
			}
			if p.sample != nil && value != truth {
				t.Errorf("%s: partition %d has %.0f batches, want the %.0f that its own batches say", tt.name, i, value, truth)
			}
		}
	}
}

// A producer that waits linger.ms sends as many batches at half the load: the busiest partition that was seen bounds the others
// by the most batches that it may have had, not by its mean.
func TestBusiestPartitionBoundsByItsHigh(t *testing.T) {
	orders := &topic{name: "orders", parts: []partition{writtenTo(10_000, 100, 9), writtenTo(1_000, 200, 3)}}
	sample := orders.parts[0].sample
	for range 5 {
		sample.add(header{bytes: 100, records: 20})
	}
	v := &view{Source: &Source{sweep: 9}, scope: lastWindow}
	h := v.habitsOf(orders)
	d, _ := sample.perRecord()
	if want := d.high * 10_000 / 10; h.busiestHigh != want || h.busiest >= want {
		t.Fatalf("the busiest has %g batches a second, %g at most; want %g at most", h.busiest, h.busiestHigh, want)
	}
	p := &orders.parts[1]
	if _, _, high, _ := v.sent(p, orders, &h, p.window); high < min(p.window.records, h.busiestHigh*10) {
		t.Errorf("at most %.0f batches, and a neighbour may have had %.0f", high, h.busiestHigh*10)
	}
}
