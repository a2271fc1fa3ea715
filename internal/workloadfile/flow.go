package workloadfile

// flow is what a workload and a topic have in common, in base units; nil where the file says nothing.
type flow struct {
	messages, average, largest *float64
	ingress, peakIngress       *float64
	egress, peakEgress         *float64
	hotIngress, hotEgress      *float64
	partitions, stored         *float64
}

func (w Workload) flow() flow {
	return flow{messages: w.MessagesPerSecond, average: base(w.AverageMessageSize), largest: base(w.MaxMessageSize),
		ingress: base(w.Ingress), peakIngress: base(w.PeakIngress), egress: base(w.Egress), peakEgress: base(w.PeakEgress),
		hotIngress: base(w.HottestPartitionIngress), hotEgress: base(w.HottestPartitionEgress),
		partitions: base(w.Partitions), stored: base(w.StoredBytes)}
}

func (t Topic) flow() flow {
	return flow{messages: t.MessagesPerSecond, average: base(t.AverageMessageSize), largest: base(t.MaxMessageSize),
		ingress: base(t.Ingress), peakIngress: base(t.PeakIngress), egress: base(t.Egress), peakEgress: base(t.PeakEgress),
		hotIngress: base(t.HottestPartitionIngress), hotEgress: base(t.HottestPartitionEgress),
		partitions: base(t.Partitions), stored: base(t.StoredBytes)}
}

// base returns the number behind p; nil for nil.
func base[T ~float64 | ~int](p *T) *float64 {
	if p == nil {
		return nil
	}
	v := float64(*p)
	return &v
}

// inflow is the ingress as stated or as rate × average size; nil when neither is known.
func (f flow) inflow() *float64 {
	if f.ingress != nil || f.messages == nil || f.average == nil {
		return f.ingress
	}
	v := *f.messages * *f.average
	return &v
}

// highest is the larger of a mean and its peak; nil when neither is stated.
func highest(mean, peak *float64) *float64 {
	if mean == nil || peak != nil && *peak > *mean {
		return peak
	}
	return mean
}

// groupCount is how many consumer groups there are, stated or listed.
func (w Workload) groupCount() (n int, ok bool) {
	switch {
	case w.Groups.List != nil:
		return len(w.Groups.List), true
	case w.Groups.Count != nil:
		return *w.Groups.Count, true
	case w.ConsumerGroups != nil:
		return *w.ConsumerGroups, true
	}
	return 0, false
}
