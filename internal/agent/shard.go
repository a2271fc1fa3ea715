package agent

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
)

// Shard is the part of a fleet's clusters that one process watches. The zero value is all of them.
type Shard struct {
	// Index counts from 1 to Count.
	Index, Count int
}

// ParseShard reads "2/5", the second of five; an empty text is all.
func ParseShard(text string) (Shard, error) {
	if text == "" {
		return Shard{}, nil
	}
	index, count, _ := strings.Cut(text, "/")
	i, errI := strconv.Atoi(index)
	n, errN := strconv.Atoi(count)
	if errI != nil || errN != nil || i < 1 || i > n {
		return Shard{}, fmt.Errorf("%q is not a shard: use 2/5 for the second of five", text)
	}
	return Shard{i, n}, nil
}

// String writes the shard as ParseShard reads it.
func (s Shard) String() string {
	if s.Count == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Count)
}

// Holds reports whether the cluster is one of the shard's. Every name is in exactly one of the shards of a count, whatever
// other names there are.
func (s Shard) Holds(cluster string) bool {
	if s.Count == 0 {
		return true
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(cluster)) // a hash never fails
	return h.Sum64()%uint64(s.Count) == uint64(s.Index-1)
}
