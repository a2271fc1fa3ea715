// Package bill reads what AWS billed for a cluster from Cost Explorer, day by day. Start with [Reader.Days]. It only reads;
// every request costs money (see [RequestUSD]), so the caller decides how often to ask.
package bill
