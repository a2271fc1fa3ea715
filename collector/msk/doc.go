// Package msk observes Amazon MSK: its control plane says what a cluster is, and CloudWatch what flows through it.
//
// [Open] makes the [Clients] of every region that a [Config] names, [Discover] finds the clusters there that its filter takes, and
// [NewSource] reads one cluster's metrics. [Source.CollectAll] gives the minutes that have become known, [Source.ReadBack]
// reads up to 63 days back, and [Source.Plan] says beforehand what that costs. [IAMPolicy] is the least policy for all of it.
//
// CloudWatch answers late and is billed by the metric, not by the datapoint. So windows end a few minutes before now, many
// minutes are read at once, and the intervals are stretched until a month costs less than the configured budget. Every minute is
// given once, when all its datapoints are there or have been waited for long enough.
//
// Each metric has the one statistic that gives its true value: a Serverless topic publishes a datapoint for every partition
// in a minute, so that only their sum is the topic's rate; a controller's count is right in one broker's datapoint and 0 in
// the others', so that only the maximum is. Figures of a broker, of a topic and of the cluster are never added to each other.
//
// The SDK's types end here. Everything is read with Describe, List and Get calls.
package msk
