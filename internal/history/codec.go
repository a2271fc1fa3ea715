package history

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// What is stored is columns of bytes, compressed with zstd, whose checksum shows damage: first the bytes that say what there
// is, then
// of each number the highest bytes of all points, then the next, so that what is alike is together. The bytes that are
// mostly noise are
// last and in a block of their own: among them, the others would take more.

// zstdEncoder and zstdDecoder are safe for concurrent use.
var (
	zstdEncoder = sync.OnceValue(func() *zstd.Encoder {
		e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(true), zstd.WithWindowSize(64<<10),
			zstd.WithLowerEncoderMem(true))
		if err != nil {
			panic(err) // the options are constants
		}
		return e
	})
	zstdDecoder = sync.OnceValue(func() *zstd.Decoder {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(4), zstd.WithDecoderMaxMemory(64<<20),
			zstd.WithDecoderLowmem(true))
		if err != nil {
			panic(err) // the options are constants
		}
		return d
	})
)

var errDamaged = errors.New("damaged")

// format is the first byte of all that is stored.
const format = 1

// noPeak is the peak's minute where the maximum is the mean.
const noPeak = 7

// encodeDay codes the points of a day, which are rounded; nil when there are none.
func encodeDay(points []point) []byte {
	n := 0
	for i := range points {
		if points[i].mask != 0 {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	col := newColumns(1+len(points), n)
	col.head[0] = format
	for i := range points {
		p := &points[i]
		if p.mask == 0 {
			continue
		}
		peak, over := uint8(noPeak), uint32(0)
		if p.max > p.v {
			peak, over = p.peak, math.Float32bits(float32(p.max))-math.Float32bits(float32(p.v))
		}
		col.head[1+i] = p.mask | peak<<5
		col.add(p.observed(), over)
	}
	return col.compress()
}

// decodeDay puts a day's points where they belong in the span; into has a place for each point of it. scratch is memory to
// use, and
// is returned for the next time.
func decodeDay(blob, scratch []byte, day, to span, into []point) ([]byte, error) {
	raw, err := zstdDecoder().DecodeAll(blob, scratch[:0])
	if err != nil {
		return scratch, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if len(raw) <= day.n || raw[0] != format || (len(raw)-1-day.n)%columnBytes != 0 {
		return raw, errDamaged
	}
	col := readColumns(raw, 1+day.n)
	k := 0
	for i, code := range col.head[1:] {
		if code == 0 {
			continue
		}
		if k == col.n {
			return raw, errDamaged
		}
		if at := day.first + int64(i) - to.first; at >= 0 && at < int64(to.n) {
			o, over := col.get(k)
			p := point{cell: o.cell(), mask: code & 31, peak: code >> 5}
			p.max = p.v
			if p.peak == noPeak {
				p.peak = uint8(bits.TrailingZeros8(p.mask))
			} else {
				p.max = float64(math.Float32frombits(math.Float32bits(o.value) + over))
			}
			into[at] = p
		}
		k++
	}
	return raw, nil
}

// columns are n rows of observed and of how far their maximum is above them, behind a head.
type columns struct {
	bytes, head []byte
	planes      [columnBytes][]byte
	n, at       int
}

// columnBytes is what a row takes: four bytes of value, four of maximum, two of either bound and the flags. noisyBytes of them
// are last.
const (
	columnBytes = 4 + 4 + 2 + 2 + 1
	noisyBytes  = 3
)

// order is where each byte of a row is stored.
var order = [columnBytes]int{0, 10, 11, 1, 2, 3, 12, 4, 5, 6, 7, 8, 9}

// compress gives the columns as they are stored.
func (c *columns) compress() []byte {
	noise := len(c.bytes) - noisyBytes*c.n
	return zstdEncoder().EncodeAll(c.bytes[noise:], zstdEncoder().EncodeAll(c.bytes[:noise], nil))
}

func newColumns(head, n int) *columns { return readColumns(make([]byte, head+n*columnBytes), head) }

func readColumns(raw []byte, head int) *columns {
	c := &columns{bytes: raw, head: raw[:head], n: (len(raw) - head) / columnBytes}
	for i, at := range order {
		c.planes[i] = raw[head+at*c.n : head+(at+1)*c.n]
	}
	return c
}

func (c *columns) add(o observed, over uint32) {
	var row [columnBytes]byte
	binary.BigEndian.PutUint32(row[0:], math.Float32bits(o.value))
	binary.BigEndian.PutUint32(row[4:], over)
	binary.BigEndian.PutUint16(row[8:], o.low)
	binary.BigEndian.PutUint16(row[10:], o.high)
	row[12] = o.flags
	for i, b := range row {
		c.planes[i][c.at] = b
	}
	c.at++
}

func (c *columns) get(i int) (o observed, over uint32) {
	p := &c.planes
	o.value = math.Float32frombits(uint32(p[0][i])<<24 | uint32(p[1][i])<<16 | uint32(p[2][i])<<8 | uint32(p[3][i]))
	over = uint32(p[4][i])<<24 | uint32(p[5][i])<<16 | uint32(p[6][i])<<8 | uint32(p[7][i])
	o.low = uint16(p[8][i])<<8 | uint16(p[9][i])
	o.high = uint16(p[10][i])<<8 | uint16(p[11][i])
	o.flags = p[12][i]
	return o, over
}
