// Package analyzer decides: given a workload, what its owner declared and a catalog of quotas, sizes and prices, it
// says which Amazon MSK cluster carries the workload, at what price and why. Start with [Analyze]; the answer is a
// [verdict.Verdict].
//
// The way of a decision: the workload becomes a load (one statistic of each quantity, times the sale-event factor and growth,
// with the declared extra readers); every option is held against it by rules that compare bounds with limits; brokers are
// counted by the sizing profile and every option gets its bill; a policy takes one. Questions, tipping points, actions and the
// views of other profiles are not written by hand: each comes from deciding again with one thing changed.
//
// It is pure: no I/O, no clock, no log, no randomness; time comes in as an argument, and the same input gives the same
// verdict byte for byte. Lack of data is never an error: a missing figure turns the rules that need it to unknown.
package analyzer
