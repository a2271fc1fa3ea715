package workloadfile

import "github.com/mskfit/mskfit/internal/workload"

// source names where declared figures come from.
const source = "workload file"

// workload turns a file that passed its checks into what the analyzer decides on.
func (f File) workload() workload.Workload {
	w := *f.Workload
	out := workload.Workload{Cluster: f.Name, Region: f.Region, Coverage: 1, Declared: true,
		RackAwareConsumers: w.RackAwareConsumers == nil || *w.RackAwareConsumers}
	out.TopicList, out.GroupList = w.buildTopics(), w.buildGroups()
	w.rates(&out)
	w.counts(&out)
	w.hottest(&out)
	w.keeping(&out)
	out.ClientConnections = constantly(declared(w.ClientConnections))
	out.ConnectionsPerSec = constantly(declared(w.ConnectionAttemptsPerSecond))
	out.RequestsPerSec = constantly(declared(w.RequestsPerSecond))
	out.ProvisionedThroughputBytesPerSec = base(w.ProvisionedStorageThroughput)
	return out
}

// declared is a figure that the file states; nil when it does not.
func declared(v *float64) *workload.Figure {
	if v == nil {
		return nil
	}
	return workload.Exactly(*v, workload.Declared, source).Ptr()
}

// derived is a figure that follows from others by the arithmetic that how names.
func derived(v float64, how string) *workload.Figure {
	return workload.Exactly(v, workload.Derived, how).Ptr()
}

func constantly(f *workload.Figure) *workload.Quantity {
	if f == nil {
		return nil
	}
	return workload.Constantly(*f)
}

// withPeak is a mean with its peak, where one is known and above the mean.
func withPeak(mean *workload.Figure, peak *float64) *workload.Quantity {
	q := constantly(mean)
	if q != nil && peak != nil {
		p := max(*peak, mean.Value)
		q.Peak = &p
	}
	return q
}

// basics are message rate, average size and ingress: any two give the third.
type basics struct{ messages, average, ingress *workload.Figure }

func (f flow) basics() basics {
	return basics{declared(f.messages), declared(f.average), declared(f.ingress)}
}

func (b *basics) complete() {
	switch {
	case b.ingress == nil && b.messages != nil && b.average != nil:
		b.ingress = derived(b.messages.Value*b.average.Value, "messages_per_second × average_message_size")
	case b.messages == nil && b.ingress != nil && b.average != nil:
		b.messages = derived(b.ingress.Value/b.average.Value, "ingress ÷ average_message_size")
	case b.average == nil && b.ingress != nil && b.messages != nil && b.messages.Value > 0:
		b.average = derived(b.ingress.Value/b.messages.Value, "ingress ÷ messages_per_second")
	}
}

// rates fills in what flows through the whole: stated, or following from other totals, or summed over topics.
func (w Workload) rates(out *workload.Workload) {
	f := w.flow()
	b := f.basics()
	b.complete()
	if b.ingress == nil {
		b.ingress = over(out.TopicList, "ingress",
			func(t workload.TopicWorkload) *workload.Quantity { return t.IngressBytesPerSec })
	}
	if b.messages == nil {
		b.messages = over(out.TopicList, "messages_per_second",
			func(t workload.TopicWorkload) *workload.Quantity { return t.MessagesPerSec })
	}
	b.complete()
	out.MessagesPerSec, out.AverageMessageBytes = constantly(b.messages), b.average
	out.IngressBytesPerSec = withPeak(b.ingress, peakOf(f.peakIngress, out.TopicList))
	out.MaxMessageBytes = declared(f.largest)
	for _, t := range out.TopicList {
		if m := t.MaxMessageBytes; f.largest == nil && m != nil &&
			(out.MaxMessageBytes == nil || m.Value > out.MaxMessageBytes.Value) {
			out.MaxMessageBytes = derived(m.Value, "the largest of the topics")
		}
	}
	out.EgressBytesPerSec = readAtPeak(w.egress(out), f.peakEgress, out.IngressBytesPerSec)
}

// egress is what consumers read of the whole, on average; nil when nothing says it.
func (w Workload) egress(out *workload.Workload) *workload.Figure {
	if w.Egress != nil {
		return declared(base(w.Egress))
	}
	if n, ok := w.groupCount(); ok && w.Groups.List == nil && out.IngressBytesPerSec != nil {
		return derived(out.IngressBytesPerSec.Value*float64(n), "ingress × consumer groups")
	}
	total, known := 0.0, w.Groups.List != nil
	for _, g := range out.GroupList {
		if known = known && g.EgressBytesPerSec != nil; known {
			total += g.EgressBytesPerSec.Value
		}
	}
	if known {
		return derived(total, "sum over groups of egress")
	}
	return over(out.TopicList, "egress", func(t workload.TopicWorkload) *workload.Quantity { return t.EgressBytesPerSec })
}

// readAtPeak adds the peak of egress: as stated, or in the proportion of the ingress's, since what is written at once is
// read at once.
func readAtPeak(egress *workload.Figure, peak *float64, ingress *workload.Quantity) *workload.Quantity {
	if peak == nil && egress != nil && ingress != nil && ingress.Peak != nil && ingress.Value > 0 {
		p := egress.Value * (*ingress.Peak / ingress.Value)
		peak = &p
	}
	return withPeak(egress, peak)
}

// over sums a figure over topics; nil unless every topic has it.
func over(topics []workload.TopicWorkload, what string, get func(workload.TopicWorkload) *workload.Quantity) *workload.Figure {
	total := 0.0
	for _, t := range topics {
		q := get(t)
		if q == nil {
			return nil
		}
		total += q.Value
	}
	if len(topics) == 0 {
		return nil
	}
	return derived(total, "sum over topics of "+what)
}

// peakOf is the peak of the whole as stated, or the sum of the topics' peaks, as if they all came in one minute; nil when
// no topic has one.
func peakOf(stated *float64, topics []workload.TopicWorkload) *float64 {
	total, found := 0.0, false
	for _, t := range topics {
		if q := t.IngressBytesPerSec; q != nil {
			at, _ := q.At(workload.Peak)
			total, found = total+at.Value, found || q.Peak != nil
		}
	}
	if stated != nil || !found {
		return stated
	}
	return &total
}
