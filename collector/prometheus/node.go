package prometheus

import (
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/mskfit/mskfit/internal/workload"
)

// node is what a page of the node exporter reports about a broker's machine.
type node struct {
	// cpu and idle are seconds of all processors since the start; idle is the part in which they waited.
	cpu, idle float64
	// size and free are the bytes of the largest file system that holds logs.
	size, free map[string]float64
}

// take notes a series, if it is one of the node exporter's.
func (n *node) take(l labels.Labels, v float64) {
	switch l.Get(model.MetricNameLabel) {
	case "node_cpu_seconds_total", "node_cpu": // before node exporter 0.16
		n.cpu += v
		if mode := l.Get("mode"); mode == "idle" || mode == "iowait" {
			n.idle += v
		}
	case "node_filesystem_size_bytes":
		put(&n.size, l, v)
	case "node_filesystem_avail_bytes":
		put(&n.free, l, v)
	}
}

// put keeps a file system on which Kafka keeps its logs, to judge by where it is mounted: on MSK /kafka/datalogs.
func put(into *map[string]float64, l labels.Labels, v float64) {
	mount := l.Get("mountpoint")
	if !strings.Contains(mount, "kafka") {
		return
	}
	if *into == nil {
		*into = map[string]float64{}
	}
	(*into)[mount] = v
}

// busy is the share of time in which processors worked since an earlier page; nil where that is not known.
func (n *node) busy(before *node, how string) *workload.Figure {
	all, idle := n.cpu-before.cpu, n.idle-before.idle
	if before.cpu == 0 || all <= 0 || idle < 0 || idle > all {
		return nil
	}
	return workload.Exactly(1-idle/all, workload.Measured, how+", node_cpu_seconds_total").Ptr()
}

// used is the share of the fullest file system that is in use.
func (n *node) used(how string) *workload.Figure {
	most := -1.0
	for mount, size := range n.size {
		if free, known := n.free[mount]; known && size > 0 && free >= 0 && free <= size {
			most = max(most, 1-free/size)
		}
	}
	if most < 0 {
		return nil
	}
	return workload.Exactly(most, workload.Measured, how+", node_filesystem_avail_bytes").Ptr()
}
