package demo

import (
	"maps"
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"
)

// batchHeaderBytes is what a record batch carries besides its records.
const batchHeaderBytes = 61

// Sent is what the brokers acknowledged of one topic: whole record batches, as they lie in the log.
type Sent struct {
	Records int64
	Bytes   int64
}

// sent counts batches as franz-go reports them. It is safe for concurrent use.
type sent struct {
	mu     sync.Mutex
	counts map[string]Sent
}

var _ kgo.HookProduceBatchWritten = (*sent)(nil)

// OnProduceBatchWritten counts one acknowledged batch.
func (s *sent) OnProduceBatchWritten(_ kgo.BrokerMetadata, topic string, _ int32, m kgo.ProduceBatchMetrics) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts == nil {
		s.counts = map[string]Sent{}
	}
	n := s.counts[topic]
	n.Records += int64(m.NumRecords)
	n.Bytes += int64(m.CompressedBytes) + batchHeaderBytes
	s.counts[topic] = n
}

func (s *sent) byTopic() map[string]Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.counts)
}
