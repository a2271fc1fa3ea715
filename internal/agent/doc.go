// Package agent is the daemon's work, without flags, files and signals: for every watched cluster it collects each
// minute, decides and looks for drift each quarter of an hour, and reports once a week. Start with [Agent]:
// [Agent.RunOnce] does all of it once, [Agent.Run] does it on schedule until its context ends.
//
// A cluster fails on its own: its errors are recorded, counted and shown, and the other clusters are not affected. A job that is
// still running when its next turn comes is not started twice; the turn is counted as missed.
package agent
