package lease

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"github.com/mskfit/mskfit/internal/ledger"
)

// Owner returns the ID of the replica that is to hold the name; empty when there is none. Each name goes to the replica with the
// highest score (rendezvous hashing): one that joins n others takes about 1/(n+1) of the names, evenly from all of them, and what a
// dead one held is spread over the others. Nothing else moves.
//
// Scores rest on IDs, which no two replicas share: several on one host have the same name, and a rank among them would change when
// one dies. Replicas whose histories are not shared cannot continue each other's work: then the oldest replica holds everything.
func Owner(replicas []ledger.Replica, name string) string {
	return placed(replicas).owner(name)
}

// places are the IDs of the replicas that can hold names.
type places []string

// placed takes the replicas, which are ordered by age.
func placed(replicas []ledger.Replica) places {
	if len(replicas) > 1 && slices.ContainsFunc(replicas, func(r ledger.Replica) bool { return !r.Shares }) {
		replicas = replicas[:1]
	}
	var out places
	for _, r := range replicas {
		out = append(out, r.ID)
	}
	return out
}

func (p places) owner(name string) (id string) {
	var best uint64
	for _, one := range p {
		sum := sha256.Sum256([]byte(one + "\x00" + name))
		if score := binary.BigEndian.Uint64(sum[:]); id == "" || score > best {
			id, best = one, score
		}
	}
	return id
}
