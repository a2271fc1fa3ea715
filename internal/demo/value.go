package demo

import (
	"fmt"
	"math/rand/v2"
)

// binaryFrom is the size from which a value stands for a picture, which no codec makes smaller.
const binaryFrom = 20_000

var words = []string{"accepted", "amsterdam", "basket", "berlin", "checkout", "chrome", "delivered", "express", "firefox", "gold",
	"home", "invoice", "mobile", "munich", "paid", "pending", "returning", "safari", "shipped", "standard", "tablet", "vienna",
	"zurich"}

// value makes a value of about the size: JSON whose field names repeat and whose contents do not, so that it compresses
// three- to fivefold, as such records do.
func value(rng *rand.Rand, topic string, size int) []byte {
	if size >= binaryFrom {
		out := make([]byte, size)
		for i := range out {
			out[i] = byte(rng.Uint32())
		}
		return out
	}
	out := fmt.Appendf(nil, `{"id":%d`, rng.Uint32())
	if size > 100 {
		out = fmt.Appendf(out, `,"type":"%s","trace":"%016x"`, topic, rng.Uint64())
	}
	for i := 0; len(out) < size-30; i++ {
		out = fmt.Appendf(out, `,"field_%02d":"%s","count_%02d":%d`, i%16, words[rng.IntN(len(words))], i%16, rng.IntN(10000))
	}
	for len(out) < size-1 {
		out = append(out, ' ')
	}
	return append(out, '}')
}
