package kafka

import (
	"cmp"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
)

// batch makes a record batch of the current format: its head in full, and a body of zeros.
func batch(first int64, records, body int, attributes uint16) []byte {
	b := make([]byte, batchHead+body)
	binary.BigEndian.PutUint64(b, uint64(first))
	binary.BigEndian.PutUint32(b[8:], uint32(len(b)-lengthHead))
	b[16] = 2
	binary.BigEndian.PutUint16(b[21:], attributes)
	binary.BigEndian.PutUint32(b[23:], uint32(records-1))
	binary.BigEndian.PutUint32(b[57:], uint32(records))
	return b
}

// message makes a message of an old format.
func message(offset int64, magic, attributes byte, body int) []byte {
	b := make([]byte, messageHead+body)
	binary.BigEndian.PutUint64(b, uint64(offset))
	binary.BigEndian.PutUint32(b[8:], uint32(len(b)-lengthHead))
	b[16], b[17] = magic, attributes
	return b
}

func join(parts ...[]byte) (all []byte) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func TestHeaders(t *testing.T) {
	cleaned := batch(30, 5, 100, 0)
	binary.BigEndian.PutUint32(cleaned[57:], 2)
	for _, tt := range []struct {
		name string
		in   []byte
		want []header
	}{
		{"nothing", nil, nil},
		{"two batches", join(batch(10, 5, 100, 2), batch(15, 1, 50, 0x30)), []header{
			{first: 10, last: 14, bytes: 161, records: 5, compression: 2},
			{first: 15, last: 15, bytes: 111, records: 1, control: true, transactional: true}}},
		{"the last one cut off after its head", join(batch(10, 5, 100, 0), batch(15, 7, 1000, 0)[:80]), []header{
			{first: 10, last: 14, bytes: 161, records: 5}, {first: 15, last: 21, bytes: 1061, records: 7}}},
		{"the last one cut off in its head", join(batch(10, 5, 100, 0), batch(15, 7, 1000, 0)[:40]),
			[]header{{first: 10, last: 14, bytes: 161, records: 5}}},
		{"cleaned", cleaned, []header{{first: 30, last: 34, bytes: 161, records: 2}}},
		{"old messages", join(message(7, 1, 0, 10), message(8, 0, 0, 20)),
			[]header{{first: 7, last: 7, bytes: 28, records: 1}, {first: 8, last: 8, bytes: 38, records: 1}}},
		{"old compressed wrappers", join(message(9, 1, 1, 100), message(14, 1, 1, 100)), []header{
			{first: -1, last: 9, bytes: 118, records: -1, compression: 1},
			{first: 10, last: 14, bytes: 118, records: 5, compression: 1}}},
		{"a format of the future", join(batch(10, 5, 100, 0), message(15, 3, 0, 100)),
			[]header{{first: 10, last: 14, bytes: 161, records: 5}}},
		{"garbage", []byte("this is not a record batch, not even one"), nil},
	} {
		got := headers(tt.in)
		if len(got) != len(tt.want) {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
			continue
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("%s: batch %d is %+v, want %+v", tt.name, i, got[i], tt.want[i])
			}
		}
	}
	if h := headers(cleaned)[0]; h.intact() {
		t.Error("a cleaned batch counts as intact")
	}
}

func FuzzHeaders(f *testing.F) {
	f.Add(join(batch(10, 5, 100, 2), batch(15, 1, 50, 0x30)))
	f.Add(join(message(9, 1, 1, 100), message(14, 1, 1, 100), batch(15, 3, 10, 0)))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, h := range headers(b) {
			if h.bytes < messageHead || h.last < 0 || h.first > h.last {
				t.Fatalf("impossible header %+v", h)
			}
		}
	})
}

func TestTakeCountsAWholeWindow(t *testing.T) {
	run := headers(join(batch(100, 5, 100, 0), batch(105, 5, 200, 0), batch(110, 5, 300, 0)))
	for _, tt := range []struct {
		name         string
		run          []header
		from, at, to int64
		covered      int64
		n, records   float64
	}{
		{"whole", run[:2], 100, 100, 110, 161 + 261, 2, 10},
		{"whole, and one that came later", run, 100, 100, 110, 161 + 261, 2, 10},
		{"not to the end", run[:2], 100, 100, 120, 0, 2, 10},
		{"begun in the middle of a batch, others follow", run, 90, 102, 115, 0, 2, 10},
		{"begun in the middle of the only batch", run[:1], 90, 102, 115, 0, 1, 1},
		{"a batch is missing", []header{run[0], run[2]}, 100, 100, 115, 0, 2, 10},
	} {
		var b batches
		length := 0
		for _, h := range tt.run {
			length += int(h.bytes)
		}
		b.take(tt.run, length, candidateRequest{candidate: candidate{from: tt.from, to: tt.to}, at: tt.at}, 3)
		if b.covered != tt.covered || b.bytes.n != tt.n || b.bytes.y != tt.records {
			t.Errorf("%s: covered %d bytes, %g batches, %g records; want %d, %g, %g", tt.name, b.covered, b.bytes.n, b.bytes.y,
				tt.covered, tt.n, tt.records)
		}
	}
}

// A producer sends a record to a batch, and now and then it stalls, and what has gathered goes out in full batches. Fetches that
// begin anywhere and end anywhere count as many batches as there are, on average, and the bounds hold the truth of nearly all.
func TestFetchesOfAStallingProducerAreNotBiased(t *testing.T) {
	const record, room = 500, 64 << 10
	r := rand.New(rand.NewPCG(1, 2))
	var log []header
	next := int64(0)
	write := func(records int64) {
		log = append(log, header{first: next, last: next + records - 1, records: records, bytes: batchHead + records*record})
		next += records
	}
	for range 400 {
		for range 40 + r.IntN(40) {
			write(1)
		}
		for range r.IntN(3) {
			write(20 + r.Int64N(60))
		}
	}
	truth := float64(len(log)) / float64(next)
	const trials = 1000
	sum, held := 0.0, 0
	for range trials {
		var b batches
		for range 5 {
			at := r.Int64N(next - 1000)
			b.forget()
			b.take(fetched(log, at, room), room, candidateRequest{candidate: candidate{from: 0, to: next}, at: at}, 1)
		}
		d, ok := b.perRecord()
		if !ok {
			t.Fatal("nothing was seen")
		}
		sum += d.mean / truth / trials
		if d.low <= truth && truth <= d.high {
			held++
		}
	}
	t.Logf("on average %.3f of the batches, within the bounds in %d of %d", sum, held, trials)
	if sum < 0.9 || sum > 1.2 || held < trials*97/100 {
		t.Errorf("on average %.3f of the batches, within the bounds in %d of %d", sum, held, trials)
	}
}

// fetched are the batches that a fetch of so many bytes from an offset holds, the last of them cut off.
func fetched(log []header, at int64, room int) (out []header) {
	i, _ := slices.BinarySearchFunc(log, at, func(h header, at int64) int { return cmp.Compare(h.last, at) })
	for left := int64(room); i < len(log) && left >= batchHead; i++ {
		out = append(out, log[i])
		left -= log[i].bytes
	}
	return out
}
