package kafka

import (
	"testing"
	"time"
)

// A broker stalls for 3.5 s between log sizes and end offsets of the first sweep. The first window then has the bytes of 4 s
// and the records of half a second; what it makes a record take must not be applied to the windows after it.
func TestABrokerThatStallsTeachesNoWrongDensity(t *testing.T) {
	const perSecond, recordBytes = 100, 571
	began := time.Unix(1_000_000, 0)
	at := func(after time.Duration) stamp {
		return stamp{began.Add(after), began.Add(after + 10*time.Millisecond)}
	}
	orders := &topic{name: "orders", parts: make([]partition, 1), policy: policyDelete}
	s := &Source{now: time.Now, result: result{elapsed: map[elapsedKey]elapsed{}}}
	read := func(sizes, ends time.Duration) {
		s.sweep++
		s.clock.begin(s.sweep, began)
		s.clock.note(1, func(b *brokerTimes) { b.sizes, b.ends = at(sizes), at(ends) })
		orders.parts[0].fresh = reading{leader: 1, sweep: s.sweep, size: int64(sizes.Seconds() * perSecond * recordBytes),
			end: int64(ends.Seconds() * perSecond)}
		s.evaluateTopic(orders, false, newGaps())
		s.result.finished = s.sweep
	}
	read(40*time.Second, 43500*time.Millisecond)
	for i := range 8 {
		sizes := time.Duration(44+4*i) * time.Second
		read(sizes, sizes+20*time.Millisecond)
	}
	f, ok := orders.parts[0].flow(wholeWindowEdges, orders)
	want := float64(8 * 4 * perSecond * recordBytes)
	if !ok || f.bytes < 0.99*want || f.bytes > 1.01*want {
		t.Errorf("%.0f bytes, want %.0f", f.bytes, want)
	}
	if d, known := orders.parts[0].density(orders); !known || d.mean < 0.95*recordBytes || d.mean > 1.05*recordBytes {
		t.Errorf("a record takes %.0f bytes (known: %t), want %d", d.mean, known, recordBytes)
	}
}
