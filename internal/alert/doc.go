// Package alert turns the drift of a cluster into few messages and delivers them. [Plan] is pure: from the events of one
// run, what is already open and the configuration it makes at most one message for each target. The messages go into an
// outbox together with the state that they follow from, in one transaction; [Deliverer] takes them from there to the
// targets, retrying each on its own.
//
// A message is delivered at least once. Its ID is the same on every attempt, so that a receiver can drop the copy that a
// crash between sending and noting it may cause. Targets live in folders of their own below.
package alert
