package analyzer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

const (
	// batchHeadBytes is the head of a record batch, which is never compressed (Kafka protocol, record batch format 2).
	batchHeadBytes = 61
	// defaultBatchBytes is Kafka's batch.size unless a producer sets it.
	defaultBatchBytes = 16384
	// fuller is how many times as many records in a batch are advised at most.
	fuller = 10
	// leastFuller is the least that is worth the advice.
	leastFuller = 2
	// compressesTo is the share of its bytes that text is taken to keep when it is compressed: it must be measured before it is
	// relied on.
	compressesTo = 0.5
	// leastSaving and leastCompressed are the shares of the bill from which on advice is given: by fewer batches, which is
	// computed, and by compression, which rests on an assumption.
	leastSaving, leastCompressed = 0.01, 0.05
	// namedTopics is how many topics an action names.
	namedTopics = 3
)

// leaner is a topic as it could be sent: with fewer bytes, or in fewer batches.
type leaner struct {
	topic string
	// keeps is the share of its bytes and fewer the number of batches a second that would no longer be sent.
	keeps, fewer float64
	bytes        float64 // a second, now
}

// batching advises fuller batches and compression where deciding again shows a smaller bill, or that MSK Serverless's quota on
// requests is then kept.
func (d *decision) batching() []verdict.Action {
	if d.chosen < 0 {
		return nil
	}
	var out []verdict.Action
	if fill, overhead := fullerBatches(&d.in.Workload); len(fill) > 0 {
		saved, resolves := d.trySending(fill)
		if resolves || saved >= leastSaving*d.options[d.chosen].cost {
			less := 0.0
			for _, t := range fill {
				less += t.fewer
			}
			why := fmt.Sprintf("batch heads are %s of what they send; up to %s fewer produce requests a second",
				workload.FormatPercent(overhead), count(less))
			out = append(out, verdict.Action{Target: "producers of " + topicNames(fill),
				Why: why + lessUSD(saved) + quotaKept(resolves),
				Action: fmt.Sprintf("fill batches better: raise linger.ms (to 50 or 100) and batch.size (%d or more), for %d to %d times as many records in each",
					defaultBatchBytes, leastFuller, fuller)})
		}
	}
	if plain := uncompressed(&d.in.Workload); len(plain) > 0 {
		if saved, _ := d.trySending(plain); saved >= leastCompressed*d.options[d.chosen].cost {
			out = append(out, verdict.Action{Target: "producers of " + topicNames(plain),
				Action: "compress (compression.type=zstd or lz4), and measure the ratio on one topic first",
				Why:    "every batch that was sampled is uncompressed" + lessUSD(saved) + " if compression halves the bytes"})
		}
	}
	return out
}

func lessUSD(saved float64) string {
	if saved < 0.01 {
		return ""
	}
	return "; " + workload.FormatUSD(saved) + " a month less"
}

func quotaKept(resolves bool) string {
	if resolves {
		return "; MSK Serverless's quota on requests is then kept"
	}
	return ""
}

// fullerBatches are the topics whose batches could hold more records, those first that save most, and the share of their bytes that
// batch heads are.
func fullerBatches(w *workload.Workload) (out []leaner, overhead float64) {
	var heads, bytes float64
	for _, t := range w.TopicList {
		sent, in := t.BatchesPerSec, t.IngressBytesPerSec
		if t.Internal || len(t.Compression) == 0 || sent == nil || in == nil || sent.Low <= 0 ||
			in.Value <= batchHeadBytes*sent.Low {
			continue
		}
		k := min(fuller, defaultBatchBytes*sent.Low/in.Value) // by the fewest batches that it may be: the saving is at least that
		if k < leastFuller {
			continue
		}
		fewer := sent.Low * (1 - 1/k)
		out = append(out, leaner{t.Name, 1 - fewer*batchHeadBytes/in.Value, fewer, in.Value})
		heads, bytes = heads+sent.Low*batchHeadBytes, bytes+in.Value
	}
	slices.SortStableFunc(out, func(a, b leaner) int { return cmp.Compare(b.fewer, a.fewer) })
	if bytes > 0 {
		overhead = heads / bytes
	}
	return out, overhead
}

// uncompressed are the topics without a compressed batch seen, and that the broker does not compress; the busiest first.
func uncompressed(w *workload.Workload) (out []leaner) {
	for _, t := range w.TopicList {
		if c := t.Config["compression.type"].Value; t.Internal || len(t.Compression) != 1 || t.Compression[0] != "none" ||
			c != "" && c != "producer" {
			continue
		}
		if in := t.IngressBytesPerSec; in != nil && in.Value > 0 {
			out = append(out, leaner{t.Name, compressesTo, 0, in.Value})
		}
	}
	slices.SortStableFunc(out, func(a, b leaner) int { return cmp.Compare(b.bytes, a.bytes) })
	return out
}

func topicNames(all []leaner) string {
	var names []string
	for _, t := range all[:min(namedTopics, len(all))] {
		names = append(names, t.topic)
	}
	text := strings.Join(names, ", ")
	if more := len(all) - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more topics", more)
	}
	return text
}

// trySending decides again with the topics sent so: what the choice costs less a month, and whether Serverless keeps its quota on
// requests only then.
func (d *decision) trySending(all []leaner) (saved float64, resolves bool) {
	in := *d.in
	in.Workload = sending(in.Workload, all)
	then := d.again(&in, forOutcomes)
	if then.chosen >= 0 && d.options[d.chosen].priced && then.options[then.chosen].priced {
		saved = cents(d.options[d.chosen].cost - then.options[then.chosen].cost)
	}
	return saved, d.resolvesRequests(then)
}

// resolvesRequests reports whether the rule on requests passes in the other decision on its own, with the headroom that is kept. It
// matters where Serverless is chosen, or where nothing else is in its way.
func (d *decision) resolvesRequests(then *decision) bool {
	o, later := d.representative(verdict.Serverless), then.outcomesOf(&option{kind: verdict.Serverless})
	if o == nil || d.options[d.chosen].kind != verdict.Serverless && o.evaluation.fails+o.evaluation.unknowns != 1 {
		return false
	}
	rule := (&verdict.Option{Rules: o.evaluation.rules}).Rule(o.evaluation.id("request_rate"))
	return rule != nil && severity(rule.Outcome) > severity(verdict.Pass) && later["request_rate"] == verdict.Pass &&
		severity(later["headroom"]) <= severity(verdict.Pass)
}

// sending is the workload once the topics are sent with fewer bytes and batches. Egress and storage follow the bytes.
func sending(w workload.Workload, all []leaner) workload.Workload {
	of := make(map[string]leaner, len(all))
	for _, t := range all {
		of[t.topic] = t
	}
	w.TopicList = slices.Clone(w.TopicList)
	var in, out, stored, sent float64 // what is saved
	for i := range w.TopicList {
		t := &w.TopicList[i]
		s, ok := of[t.Name]
		if !ok {
			continue
		}
		in += (1 - s.keeps) * s.bytes
		sent += s.fewer
		if t.BatchesPerSec != nil && t.BatchesPerSec.Value > 0 {
			t.BatchesPerSec = scaled(t.BatchesPerSec, max(0, 1-s.fewer/t.BatchesPerSec.Value))
		}
		if t.EgressBytesPerSec != nil {
			out += (1 - s.keeps) * t.EgressBytesPerSec.Value
		}
		if t.StoredBytes != nil {
			stored += (1 - s.keeps) * t.StoredBytes.Value
			t.StoredBytes = t.StoredBytes.Scale(s.keeps).Ptr()
		}
		t.IngressBytesPerSec, t.EgressBytesPerSec = scaled(t.IngressBytesPerSec, s.keeps), scaled(t.EgressBytesPerSec, s.keeps)
		t.HottestIngress, t.HottestEgress = scaled(t.HottestIngress, s.keeps), scaled(t.HottestEgress, s.keeps)
	}
	w.IngressBytesPerSec = lessOf(w.IngressBytesPerSec, in)
	w.EgressBytesPerSec = lessOf(w.EgressBytesPerSec, out)
	w.BatchesPerSec = lessOf(w.BatchesPerSec, sent)
	if s := w.StoredBytes; s != nil && s.Value > 0 {
		w.StoredBytes = s.Scale(max(0, 1-stored/s.Value)).Ptr()
	}
	return w
}

// lessOf scales a quantity as if so much of its mean were gone.
func lessOf(q *workload.Quantity, lost float64) *workload.Quantity {
	if q == nil || q.Value <= 0 {
		return q
	}
	return scaled(q, max(0, 1-lost/q.Value))
}
