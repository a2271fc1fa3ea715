package workloadfile

// sum adds one figure over topics; it is known when every topic has it.
type sum struct {
	total float64
	known bool
}

func (s *sum) add(v *float64) {
	if s.known = s.known && v != nil; s.known {
		s.total += *v
	}
}

// sums are what the topics of a list add up to; nothing is known of an empty list.
type sums struct {
	partitions, compacted, messages, ingress, egress, stored sum
}

func newSums(topics []Topic) sums {
	known := sum{known: len(topics) > 0}
	s := sums{known, known, known, known, known, known}
	for _, t := range topics {
		f := t.flow()
		s.partitions.add(f.partitions)
		if t.Compacted {
			s.compacted.add(f.partitions)
		}
		s.messages.add(f.messages)
		s.egress.add(f.egress)
		s.stored.add(f.stored)
		s.ingress.add(f.inflow())
	}
	return s
}
