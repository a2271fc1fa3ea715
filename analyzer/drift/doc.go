// Package drift follows a cluster's verdicts over time and says when one is worth a message: a small state machine per rule with
// hold times, clearing levels and a quiet time. Start with [Advance]; [Policy] holds the settings.
//
// It is pure: the last [State], a verdict and the time come in; the next State and the [Event]s go out. It stores and sends
// nothing.
package drift
