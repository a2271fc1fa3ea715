package workload

// Derive fills in what follows from the figures and configuration of w.TopicList and w.Posture: record sizes, replication,
// retention, the largest compacted partition. FromSamples does so itself; it is for workloads whose figures came from
// elsewhere, and may be applied again after they changed.
func Derive(w *Workload) { fromTopics(w) }
