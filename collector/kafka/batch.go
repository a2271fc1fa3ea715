package kafka

import "encoding/binary"

// header is what the head of a record batch shows.
type header struct {
	// first and last are the offsets that the batch took when it was produced; first is -1 where the format has none.
	first, last int64
	// bytes is the whole batch as it was sent, head included; records is how many are left in it, -1 where unknown.
	bytes, records int64
	// control batches hold transaction markers; transactional ones belong to a transaction.
	control, transactional bool
	compression            byte
}

// intact reports whether the batch still holds all records that it was produced with: the cleaner leaves fewer.
func (h header) intact() bool { return h.first >= 0 && h.records == h.last-h.first+1 }

// sent is how many batches of a producer it is: 0 for transaction markers, which the coordinator writes.
func (h header) sent() int64 {
	if h.control {
		return 0
	}
	return 1
}

// Sizes of the heads: record batches (magic 2, since Kafka 0.11), and the messages before (magic 0 and 1).
const (
	batchHead   = 61
	messageHead = 18
	lengthHead  = 12 // offset and length, which the length does not count
)

// headers reads the heads of the record batches in a Fetch answer. The last batch may be cut off, as brokers cut
// answers at a number of bytes: its head counts when it is there in full. Reading ends at the first thing that is no batch.
func headers(b []byte) []header {
	var out []header
	for len(b) >= messageHead {
		h, ok := head(b)
		if !ok {
			return out
		}
		if h.first < 0 && len(out) > 0 && out[len(out)-1].last < h.last {
			h.first = out[len(out)-1].last + 1
			h.records = h.last - h.first + 1
		}
		out = append(out, h)
		if h.bytes >= int64(len(b)) {
			return out
		}
		b = b[h.bytes:]
	}
	return out
}

func head(b []byte) (header, bool) {
	offset := int64(binary.BigEndian.Uint64(b))
	length := int64(int32(binary.BigEndian.Uint32(b[8:])))
	if offset < 0 || length < messageHead-lengthHead {
		return header{}, false
	}
	if magic := b[16]; magic < 2 {
		return oldHead(b, offset, length), true
	} else if magic > 2 || len(b) < batchHead || length < batchHead-lengthHead {
		return header{}, false
	}
	attributes := binary.BigEndian.Uint16(b[21:])
	h := header{
		first: offset, last: offset + int64(int32(binary.BigEndian.Uint32(b[23:]))), bytes: length + lengthHead,
		records:       int64(int32(binary.BigEndian.Uint32(b[57:]))),
		control:       attributes&0x20 != 0,
		transactional: attributes&0x10 != 0,
		compression:   byte(attributes & 7),
	}
	return h, h.last >= h.first && h.records >= 0
}

// oldHead reads a message of the old formats. A compressed one wraps others and carries the offset of the last (magic 1;
// with magic 0 as well, once the broker has assigned offsets), so how many it wraps shows only from the one before it.
func oldHead(b []byte, offset, length int64) header {
	h := header{first: offset, last: offset, bytes: length + lengthHead, records: 1, compression: b[17] & 7}
	if h.compression != 0 {
		h.first, h.records = -1, -1
	}
	return h
}
