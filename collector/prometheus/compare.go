package prometheus

// compare takes what one broker counted between two readings of its pages into r. Rates are by the pages' own instants, and may be
// off by as much as those are blurred:
//
//	1,000 bytes at 12:00:00.0 ± 0.1 s and 61,000 at 12:01:00.0 ± 0.2 s make 1,000 bytes/s ± 0.5 %.
//
// A counter that is smaller than before began again, and what it shows now is a floor. One that was not on the earlier page
// has counted from zero since, as those of a new topic do.
func (r *reading) compare(name string, before, now *page) {
	r.levels(name, now)
	seconds := now.at.Sub(before.at).Seconds()
	if seconds <= 0 {
		r.missing[name] = "the clock was set back between two readings"
		return
	}
	blur := min(1, (before.blur+now.blur).Seconds()/seconds)
	began := before.started > 0 && now.started > before.started
	for q := range quantity(quantities) {
		if q.gauge() {
			continue
		}
		for key, c := range now.series[q] {
			increase := c.value
			if old, known := before.series[q][key]; known && !began {
				if c.value < old.value {
					r.anew[name] = true
				} else {
					increase -= old.value
				}
			}
			r.put(q, name, c.topic, within(increase/seconds, blur))
		}
	}
	if began {
		r.anew[name] = true
	}
}

// levels takes what is no counter.
func (r *reading) levels(name string, now *page) {
	for q := range quantity(quantities) {
		if !q.gauge() {
			continue
		}
		for _, c := range now.series[q] {
			r.put(q, name, "", within(c.value, 0))
		}
	}
}

// put adds a series to its topic or to its broker's total. Where each page reports on the whole cluster, the largest is taken.
func (r *reading) put(q quantity, broker, topic string, a amount) {
	into, name := r.brokers[q], broker
	if q.byTopic() && topic != "" {
		into, name = r.topics[q], topic
	}
	if old, there := into[name]; there && r.names.whole {
		if old.value > a.value {
			a = old
		}
		into[name] = a
		return
	}
	into[name] = into[name].plus(a)
}
