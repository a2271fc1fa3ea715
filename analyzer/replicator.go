package analyzer

import (
	"fmt"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// What MSK Replicator copies from Kafka outside MSK, by the document history and the limits page of AWS's guide (note
// replicator-external of express.yaml).
const (
	replicatedRecord       = 20e6 // bytes of a record, within one region
	replicatedRecordAcross = 10e6 // from one region to another
)

// replicator says whether MSK Replicator can move the workload to the choice. Empty where the cluster is MSK already, or
// where no cluster was seen.
func (d *decision) replicator() string {
	w := &d.in.Workload
	if d.chosen < 0 || w.Declared || w.MSK != nil {
		return ""
	}
	o := &d.options[d.chosen]
	if o.kind != verdict.Express {
		return fmt.Sprintf("moving there: from Kafka outside MSK, MSK Replicator copies only to Express; for %s use another tool, such as MirrorMaker 2", o.choice().Name())
	}
	text := "moving there: MSK Replicator copies from Kafka outside MSK to Express, from sources with SCRAM, mTLS or OAuth, records up to 20 MB within a region and 10 MB across"
	m := w.MaxMessageBytes
	switch {
	case m == nil:
	case m.Value > replicatedRecord:
		text += fmt.Sprintf("; the largest message, %s, is above both", workload.FormatBytes(m.Value))
	case m.Value > replicatedRecordAcross:
		text += fmt.Sprintf("; the largest message, %s, is too large to go across", workload.FormatBytes(m.Value))
	}
	return text
}
