package history

// What a waiting row and a series with waiting rows cost in memory, in bytes, and how many rows are written at once.
const (
	rowBytes     = 16
	seriesBytes  = 400
	rowsPerBatch = 5_000
)

// pending holds rows until they are written, and answers with them meanwhile. It is bounded: when it is full, the oldest
// tenth of every series is dropped and counted. It is not safe for concurrent use.
type pending struct {
	limit   int // bytes
	order   []seriesID
	series  map[seriesID]*points
	rows    int
	dropped int64
	// taken is the batch that is being written; it belongs to pending until done.
	taken []row
}

type points struct {
	t []int64
	v []float64
}

func newPending(limit int) *pending { return &pending{limit: limit, series: map[seriesID]*points{}} }

func (p *pending) add(rows []row) {
	for _, r := range rows {
		pts := p.series[r.id]
		if pts == nil {
			pts = &points{}
			p.series[r.id] = pts
			p.order = append(p.order, r.id)
		}
		pts.t, pts.v = append(pts.t, r.t), append(pts.v, r.v)
	}
	p.rows += len(rows)
	for p.rows > 0 && p.rows*rowBytes+len(p.order)*seriesBytes > p.limit {
		p.dropOldest()
	}
}

func (p *pending) dropOldest() {
	before := p.rows
	for _, id := range p.order {
		pts := p.series[id]
		p.cut(pts, (len(pts.t)+9)/10)
	}
	p.dropped += int64(before - p.rows)
	p.forgetEmpty()
}

func (p *pending) cut(pts *points, n int) {
	pts.t, pts.v = pts.t[n:], pts.v[n:]
	p.rows -= n
}

func (p *pending) forgetEmpty() {
	kept := p.order[:0]
	for _, id := range p.order {
		if len(p.series[id].t) == 0 {
			delete(p.series, id)
			continue
		}
		kept = append(kept, id)
	}
	clear(p.order[len(kept):])
	p.order = kept
}

// take returns the next rows to write, series by series and each in its own order; nil when nothing waits. They are
// given up with done, or kept with back.
func (p *pending) take() []row {
	for _, id := range p.order {
		pts := p.series[id]
		n := min(len(pts.t), rowsPerBatch-len(p.taken))
		for i := range n {
			p.taken = append(p.taken, row{id, pts.t[i], pts.v[i]})
		}
		p.cut(pts, n)
		if len(p.taken) == rowsPerBatch {
			break
		}
	}
	p.forgetEmpty()
	return p.taken
}

func (p *pending) done() { p.taken = nil }

// back puts the batch in front of what has come meanwhile.
func (p *pending) back() {
	later := p.series
	laterOrder := p.order
	rows := p.taken
	p.series, p.order, p.rows, p.taken = map[seriesID]*points{}, nil, 0, nil
	p.add(rows)
	for _, id := range laterOrder {
		pts := later[id]
		for i := range pts.t {
			p.add([]row{{id, pts.t[i], pts.v[i]}})
		}
	}
}

// waiting is how many rows are not written.
func (p *pending) waiting() int { return p.rows + len(p.taken) }

// each visits every row that is not written.
func (p *pending) each(visit func(row)) {
	for _, r := range p.taken {
		visit(r)
	}
	for _, id := range p.order {
		pts := p.series[id]
		for i := range pts.t {
			visit(row{id, pts.t[i], pts.v[i]})
		}
	}
}
