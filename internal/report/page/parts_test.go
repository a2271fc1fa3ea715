package page

import (
	"io"
	"testing"

	"github.com/mskfit/mskfit/internal/report/view"
)

// A daemon that has written a report makes its dashboard of the same parts.
func TestPartsAreCopiedAfterAPageWasWritten(t *testing.T) {
	_ = Write(io.Discard, view.Page{}) // what it says of an empty page does not matter
	if Parts() == nil {
		t.Error("no parts")
	}
}
