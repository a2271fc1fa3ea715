// Package history keeps what was observed and rolls it up into a [workload.Workload]. Open a [Store], hand every
// sample to [Store.Append], and ask [Store.Workload] for the statistics of a window. The store is Prometheus's time-series
// database embedded in the process, or an external server that takes remote write and answers PromQL; callers see no
// difference.
//
// # Series
//
// There is a series per cluster, topic and consumer group, never one per partition. The names end in the keys of the
// verdict's JSON (ingress_bytes_per_second, …); labels are cluster, source (the collector), topic or group, and:
//
//	mskfit_history_cluster_<quantity>          one value a minute, at the minute's start
//	mskfit_history_topic_<quantity>{stat}      mean and max of the one-minute values of every five minutes
//	mskfit_history_group_<quantity>{stat}      likewise
//	…_error_ratio{method,bound}                how a value was obtained and how far it may be off
//	mskfit_history_cluster_window_seconds      the length of the window behind the minute: 60, or 3600 for back-filled hours
//	mskfit_history_cluster_…_place             which partition was the busiest: CRC-32 of the topic × 2^20 + partition
//
// Sources are kept side by side and merged at read, minute by minute, by method and then by bound width
// ([workload.Best]); they are never added.
//
// # Reading over time
//
// [Store.Series] reads one quantity of a cluster, topic or group in steps of any length: mean and maximum of each step, no point
// where there is no data. A step of 24 h gives daily peaks, and [Series.HoursOfWeek] folds a series into the hours of the week.
//
// # Few bytes
//
// Rates keep 16 significant bits (an error of at most 0.0015 %), counts 24, bounds 4 and rounded away from the value, so
// they are never narrower than they were. A maximum is written only where it differs from the mean, and carries the
// minute at which it occurred in the three bits below its sixteenth. The timestamp of five minutes is the last of them with
// data, plus one millisecond for every minute with data, so that a full row has equidistant timestamps.
//
// # Long windows
//
// Percentiles of long windows are drawn from all values each time: they are exact and there is nothing to keep in step when values come
// late. That is paid in the background, by the decision that runs every quarter of an hour and whose verdict is kept: two weeks of
// 500 topics take a second and a half of one core then, 0.2 % of it, and the memory is given back within [Config.FlushInterval]
// (BenchmarkWorkload14Days; BenchmarkRest of the command has the whole process).
//
// # What a crash can lose
//
// Append returns once the values are in the database's write-ahead log: what it returned nil for survives kill -9. The
// log is forced to disk every [Config.FlushInterval], so a power failure costs that much. The open five minutes of topics
// and groups are in memory until they are over: a kill costs these, for topics and groups alone.
//
// What cannot be written (disk full, read-only, server away) waits in memory, bounded by [Config.Buffer], is part of every answer,
// and is written as soon as that is possible again; see [Store.Status].
//
// Facts that change slowly (topic configuration, partition counts, membership, posture) are no time series: the latest are kept as
// one document per cluster, see [Facts].
package history
