// Package history keeps what was observed and rolls it up into a [workload.Workload]. Open a [Store], hand every
// sample to [Store.Append], and ask [Store.Workload] for the statistics of a window or [Store.Series] for one quantity over
// time. The store is
// a SQLite file, or an external server that takes Prometheus remote write and answers PromQL; callers see little difference.
//
// # What is kept
//
// There is a series per cluster, topic and consumer group, and per partition while it is the busiest of its cluster.
// Quantities are named as in the
// verdict's JSON (ingress_bytes_per_second, …). A cluster has a value for every minute; the others have the mean and the
// maximum
// of every five minutes. Each value has its method and its bounds, and says whether it comes from a longer window (read back
// from the past).
// Rates keep 16 significant bits (an error of at most 0.0015 %), counts 24, bounds 4 and rounded away from the value, so that
// they
// are never narrower than they were.
//
// Sources are kept side by side and merged at read, minute by minute, by method and then by bound width
// ([workload.Best]); they are never added. Facts that change slowly (topic configuration, partition counts, membership,
// posture) are no
// time series: the latest are kept as one document per cluster, see [Facts].
//
// # The file
//
// history.db has two tables of values. A sample is one row of log. Every hour, what is older than half an hour is moved into
// days: a
// row for each series and UTC day, its columns compressed with zstd (about two bytes a value). Long windows are read from days,
// the newest minutes from log, and percentiles are drawn from all values each time.
//
// # What a crash can lose
//
// Append returns once the sample is in SQLite's write-ahead log: what it returned nil for survives kill -9. The
// log is forced to disk every [Config.FlushInterval], so a power failure costs that much. What cannot be written (disk full,
// read-only,
// server away) waits in memory, bounded by [Config.Buffer], is part of every answer, and is written as soon as that is
// possible again; see
// [Store.Status]. A damaged file is an error that says what to do, and is never written to.
//
// # Minutes that are corrected
//
// A later sample of the same source replaces a minute, see [Store.Append]: what a source had to guess, it can correct.
//
// # The external store
//
// Series are named mskfit_history_<level>_<quantity>, with the labels cluster, source, and topic, group or partition. Below
// the cluster,
// stat is mean, max or max_minute (in which of the five minutes the maximum was). …_error_ratio{method,bound} says how a value
// was obtained and how
// far it may be off. Prometheus cannot replace a value: there, the first of two stays. The open five minutes of topics and
// groups are in memory until
// they are over, and a kill costs these.
//
// # Earlier versions
//
// They kept the embedded history in a database of Prometheus (the folder tsdb). Open reads it over, once, and renames the
// folder to tsdb.imported.
package history
