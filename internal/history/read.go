package history

import (
	"context"
)

// each is backend.each with what waits to be written.
func (s *Store) each(ctx context.Context, sel selection, visit func(name string, all []series) error) error {
	s.mu.Lock()
	waiting := s.pending.of(sel.cluster)
	s.mu.Unlock()
	s.read.Store(true)
	return s.backend.each(ctx, sel, waiting, visit)
}
