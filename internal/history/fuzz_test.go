package history

import (
	"errors"
	"testing"

	"github.com/mskfit/mskfit/internal/workload"
)

// A block of the disk that is not what was written there is refused as damaged; it never ends the program.
func FuzzDecodeDay(f *testing.F) {
	day := span{n: 4, res: 60}
	points := make([]point, 4)
	points[1].put(0, observe(workload.Exactly(7, workload.Measured, "test"), rateBits).cell())
	f.Add(encodeDay(points), true)
	f.Add([]byte{format, 0xff, 0x20, 1, 0}, false)
	f.Add([]byte{}, false)
	f.Fuzz(func(t *testing.T, blob []byte, compressed bool) {
		if !compressed { // the checksum of a compressed block would end every change of it
			blob = zstdEncoder().EncodeAll(blob, nil)
		}
		into := make([]point, day.n)
		if _, err := decodeDay(blob, nil, day, day, into); err != nil && !errors.Is(err, errDamaged) {
			t.Errorf("not called damaged: %v", err)
		}
		for _, unpack := range []func([]byte) error{
			func(b []byte) error { _, err := unpackObservations(b); return err },
			func(b []byte) error { _, err := unpackIDs(b); return err },
		} {
			if err := unpack(blob); err != nil && !errors.Is(err, errDamaged) {
				t.Errorf("not called damaged: %v", err)
			}
		}
	})
}

// Names come back from an external store as they were, whatever they hold.
func FuzzEscapedNames(f *testing.F) {
	for _, name := range []string{"orders", "", `\orders`, "\xff", "a\"b\n"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if got := unescape(escape(name)); got != name {
			t.Errorf("%q came back as %q", name, got)
		}
		unescape(name)
	})
}
