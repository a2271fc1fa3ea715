// Package web serves what the agent knows: metrics for Prometheus, health and readiness for whoever runs the process,
// and the verdicts as JSON. It only reads, through the small [Agent] interface. Start with [Handler] and [Serve].
package web
