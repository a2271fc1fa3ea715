package history

// valuesPerBatch is how many values are written at once.
const valuesPerBatch = 50_000

// pending holds entries until they are written, and answers with them until then. It is bounded: when it is full, the oldest
// entry is
// dropped and its values are counted. It is not safe for concurrent use.
type pending struct {
	limit   int // bytes
	entries []*entry
	bytes   int
	values  int
	dropped int64
	// taken is the batch that is being written; it belongs to pending until done.
	taken []*entry
}

func newPending(limit int) *pending { return &pending{limit: limit} }

func (p *pending) add(entries ...*entry) {
	for _, e := range entries {
		p.entries = append(p.entries, e)
		p.bytes += e.memory()
		p.values += len(e.ids)
	}
	for p.bytes > p.limit && len(p.entries) > 1 {
		p.dropped += int64(len(p.pop().ids))
	}
}

func (p *pending) pop() *entry {
	e := p.entries[0]
	p.entries[0] = nil
	p.entries = p.entries[1:]
	p.bytes -= e.memory()
	p.values -= len(e.ids)
	return e
}

// take returns the next entries to write, oldest first; nil when nothing waits. They are given up with done, or kept with back.
func (p *pending) take() []*entry {
	for values := 0; len(p.entries) > 0 && values < valuesPerBatch; {
		e := p.pop()
		p.taken = append(p.taken, e)
		values += len(e.ids)
	}
	return p.taken
}

func (p *pending) done() { p.taken = nil }

// back puts the batch in front of what came later.
func (p *pending) back() {
	all := append(p.taken, p.entries...)
	p.taken, p.entries, p.bytes, p.values = nil, nil, 0, 0
	p.add(all...)
}

// waiting is how many values are not written.
func (p *pending) waiting() int {
	n := p.values
	for _, e := range p.taken {
		n += len(e.ids)
	}
	return n
}

// of returns the entries of a cluster that are not written, oldest first.
func (p *pending) of(cluster string) (out []*entry) {
	for _, list := range [][]*entry{p.taken, p.entries} {
		for _, e := range list {
			if e.cluster == cluster {
				out = append(out, e)
			}
		}
	}
	return out
}
