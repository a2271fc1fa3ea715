// Package web serves what the agent knows: metrics for Prometheus, health and readiness for what runs the process,
// and the verdicts as JSON. It reads through the small [Agent] interface; the one thing it changes, for those who may, is the
// maintenance in mskfit's own ledger, in which no alert is sent. Start with [Handler] and [Serve].
package web
