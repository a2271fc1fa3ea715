package history

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// each is backend.each with what is still in memory added.
func (s *Store) each(ctx context.Context, sel selection, visit func(name string, all []series) error) error {
	inMemory := s.memory(sel)
	var mu sync.Mutex
	take := func(name string) []series {
		mu.Lock()
		defer mu.Unlock()
		more := inMemory[name]
		delete(inMemory, name)
		return more
	}
	err := s.backend.each(ctx, sel, func(name string, all []series) error {
		return visit(name, append(all, take(name)...))
	})
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(inMemory)) {
		if err := visit(name, inMemory[name]); err != nil {
			return err
		}
	}
	return nil
}

// memory returns the series of what waits and of what is not over yet, by name. A value that is written while the
// caller reads is seen twice, never not at all; readers take the first of two values of the same instant.
func (s *Store) memory(sel selection) map[string][]series {
	found := map[seriesID]*points{}
	var order []seriesID
	take := func(r row) {
		if !sel.wants(r) {
			return
		}
		p := found[r.id]
		if p == nil {
			p = &points{}
			found[r.id] = p
			order = append(order, r.id)
		}
		at, _ := slices.BinarySearch(p.t, r.t)
		p.t, p.v = slices.Insert(p.t, at, r.t), slices.Insert(p.v, at, r.v)
	}
	s.mu.Lock()
	s.pending.each(take)
	for _, id := range slices.SortedFunc(maps.Keys(s.rollers), rollerID.compare) {
		if id.cluster == sel.cluster {
			for _, r := range s.rollers[id].open() {
				take(r)
			}
		}
	}
	s.mu.Unlock()
	out := map[string][]series{}
	for _, id := range order {
		p := found[id]
		out[id.name] = append(out[id.name], series{id, p.each})
	}
	return out
}

func (p *points) each(visit func(t int64, v float64)) error {
	for i := range p.t {
		visit(p.t[i], p.v[i])
	}
	return nil
}
