// Package measure is what the benches that write a document have in common (internal/accuracy, internal/faults, internal/fleet,
// internal/scale): the machine that a run was on, what a process takes of it, and JSON with the document made of it. Start with
// [Write].
package measure
