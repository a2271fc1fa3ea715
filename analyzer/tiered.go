package analyzer

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

const (
	// localRetention is how long data stays on the brokers where tiered storage is proposed. AWS's sizing workbook takes 24 h too.
	localRetention = 24 * time.Hour
	// leastTieredHours is the shortest retention that the low-cost tier takes: 3 days.
	leastTieredHours = 72
	// leastSegment is the smallest segment.bytes of a topic with tiered storage.
	leastSegment = 48 << 20
	// tieredDiscount: what is proposed must be so much cheaper, because it changes something for consumers.
	tieredDiscount = 1.05
)

// tierable is the part of what is stored that tiered storage could take, although it was not requested.
type tierable struct {
	// stored is what those topics keep, one copy, and local their last 24 h, both in bytes.
	stored, local float64
	// hours is the shortest retention among them.
	hours float64
	// unsure: it is unknown whether topics are compacted, and compacted topics cannot be tiered.
	unsure bool
}

// tierableOf adds up the topics that may be tiered: not compacted, kept for 3 days or longer, segments of 48 MiB or larger. Without
// a list of topics it takes the share of the partitions that are not compacted. It is zero where the owner has declared
// primary_retention or ruled tiered storage out, and in the regions without it.
func tierableOf(in *Input, l *load) tierable {
	w := &in.Workload
	if isFalse(in.Requirements.TieredStorage) || w.PrimaryRetention != nil || !l.stored.ok || !l.inMean.ok || l.endless ||
		strings.HasPrefix(w.Region, "us-gov-") || strings.HasPrefix(w.Region, "cn-") {
		return tierable{}
	}
	if len(w.TopicList) > 0 {
		return tierableTopics(w, l.growth)
	}
	if w.Retention == nil || *w.Retention == workload.RetentionUnlimited {
		return tierable{}
	}
	plain, unsure := 1.0, !l.compacted.ok
	if l.compacted.ok && l.partitions.Value > 0 {
		plain = 1 - min(l.compacted.Value/l.partitions.Value, 1)
	}
	return tierable{stored: l.stored.Value * plain, local: l.inMean.Value * localRetention.Seconds() * plain,
		hours: w.Retention.Hours(), unsure: unsure}
}

func tierableTopics(w *workload.Workload, growth float64) tierable {
	out := tierable{hours: math.Inf(1)}
	var brokers map[string]workload.ConfigValue
	if w.Posture != nil {
		brokers = w.Posture.BrokerConfig
	}
	for i := range w.TopicList {
		t := &w.TopicList[i]
		if t.Internal || t.IngressBytesPerSec == nil || t.Compacted == nil || *t.Compacted || smallSegments(t) {
			continue
		}
		retention, limit, ok := t.Keeps(brokers)
		if !ok && w.Declared && w.Retention != nil {
			retention, ok = *w.Retention, true
		}
		if !ok || retention.Hours() < leastTieredHours {
			continue
		}
		rate := t.IngressBytesPerSec.Value
		stored := min(rate*retention.Seconds(), limit)
		switch {
		case t.StoredBytes != nil:
			stored = t.StoredBytes.Value
		case retention == workload.RetentionUnlimited:
			continue // what it holds is unknown
		}
		out.stored += stored * growth
		out.local += min(rate*localRetention.Seconds(), stored) * growth
		out.hours = min(out.hours, retention.Hours())
	}
	return out
}

func smallSegments(t *workload.TopicWorkload) bool {
	set, ok := t.Config["segment.bytes"]
	if !ok || set.Source != "topic" {
		return false
	}
	bytes, err := strconv.ParseFloat(set.Value, 64)
	return err == nil && bytes < leastSegment
}

// withTier is the load with tiered storage proposed; false where the topics do not allow it or nothing would move. keepsAll says
// that the tier also holds what is still on the brokers.
func (l *load) withTier(keepsAll bool) (load, bool) {
	t := l.tier
	if t.stored <= t.local || t.hours < leastTieredHours || l.tiered {
		return load{}, false
	}
	out := *l
	out.tiered, out.proposed = true, true
	share := 1.0
	if l.stored.Value > 0 {
		share = (l.stored.Value - t.stored + t.local) / l.stored.Value
	}
	out.primary = l.stored.scale(min(max(share, 0), 1))
	moved := t.stored
	if !keepsAll {
		moved -= t.local
	}
	out.remote = l.stored.scale(min(moved/l.stored.Value, 1))
	return out, true
}

// evaluateTiered considers Standard with tiered storage where it was not requested.
func (d *decision) evaluateTiered(cheapest float64) {
	l, ok := d.load.withTier(d.profile.Standard.TierKeepsAll)
	if !ok {
		return
	}
	d.tierLoad = l
	d.evaluateStandardFor(&d.tierLoad, cheapest)
}

// tieredTerms says what tiered storage means for the owner: local retention, what reading back costs, and which topics cannot.
func (f *evalContext) tieredTerms(l *load) string {
	price := "at a price that is unknown for this region"
	if p := f.prices.region.TieredRetrievalGB; p != nil {
		price = fmt.Sprintf("at $%g per GB", *p)
	}
	text := fmt.Sprintf("data older than %s moves to the low-cost tier; consumers that read further back start slower and pay for it (%s)",
		hoursText(localRetention), price)
	if l.tier.unsure {
		text += "; compacted topics cannot be tiered, and whether there are any is unknown"
	}
	return text
}

// proposedTier is the rule of tiered storage that was not requested.
func (f *evalContext) proposedTier(r *evaluation, l *load, name, title, source string) {
	switch {
	case !r.words && isTrue(f.in.Requirements.TieredStorage):
		r.judge(name, title, source, verdict.Pass, "", "")
	case !r.words:
		r.judge(name, title, source, verdict.Unknown, "tiered_storage", "")
	case isTrue(f.in.Requirements.TieredStorage):
		r.judge(name, title, source, verdict.Pass, "", "declared possible: %s", f.tieredTerms(l))
	default:
		r.judge(name, title, source, verdict.Unknown, "tiered_storage",
			"%s: declare tiered_storage: true if that is acceptable, false if not", f.tieredTerms(l))
	}
}

// localText is how long data stays on the brokers of an option: "24h"; empty without tiered storage.
func (f *evalContext) localText(l *load) string {
	switch p := f.in.Workload.PrimaryRetention; {
	case !l.tiered:
		return ""
	case l.proposed || p == nil:
		return hoursText(localRetention)
	default:
		return hoursText(*p)
	}
}

func hoursText(d time.Duration) string {
	if d == localRetention {
		return "24h" // not formatted for each of many options
	}
	return fmt.Sprintf("%gh", tidy(d.Hours()))
}

// tieredQuestion asks whether tiered storage is acceptable where the answer decides.
func (d *decision) tieredQuestion() (asked, bool) {
	if d.in.Requirements.TieredStorage != nil || d.tierLoad.stored.Value == 0 {
		return asked{}, false
	}
	return yesNo("tiered_storage", fmt.Sprintf("may data older than %s move to the low-cost tier (slower first reads, billed by the GB read)?", hoursText(localRetention)),
		func(r *workload.Requirements, b *bool) { r.TieredStorage = b }), true
}
