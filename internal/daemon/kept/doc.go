// Package kept reads what a daemon keeps, beside a running one: its history, and the clusters that it found. It changes nothing.
package kept
