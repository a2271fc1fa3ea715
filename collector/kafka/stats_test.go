package kafka

import (
	"reflect"
	"testing"
)

// What two clients have cost is added up API by API; an API that only one of them used keeps its count.
func TestStatsPlus(t *testing.T) {
	a := Stats{Requests: []RequestCount{{"ListOffsets", 3}, {"Metadata", 2}}, BytesSent: 10, BytesReceived: 100, Sweeps: 1}
	b := Stats{Requests: []RequestCount{{"Fetch", 1}, {"Metadata", 5}}, BytesSent: 7, BytesReceived: 50}
	want := Stats{Requests: []RequestCount{{"Fetch", 1}, {"ListOffsets", 3}, {"Metadata", 7}}, BytesSent: 17, BytesReceived: 150,
		Sweeps: 1}
	if got := a.Plus(b); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := a.Plus(b).Since(b); !reflect.DeepEqual(got, a) {
		t.Errorf("what is left without the second is %+v, want %+v", got, a)
	}
}
