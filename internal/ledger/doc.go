// Package ledger keeps what must survive a restart and is no time series: verdicts with the inputs that they rest on,
// alert states, the outbox of messages, maintenance windows and documents. [Open] returns a [Ledger] on SQLite in a file,
// or on PostgreSQL when several replicas share it; both have the same tables and the same methods.
//
// Whatever a method has returned nil for survives kill -9 and power loss: SQLite runs with a write-ahead log that is
// forced to disk at every commit. State changes and the messages that follow from them go in together, see
// [Ledger.Commit].
//
// A SQLite file that cannot be written any more (disk full, read-only) stops nothing: the ledger goes on in memory from
// what the file holds, [Ledger.Status] says so, and once the file can be written again [Ledger.Run] does there what was
// done meanwhile, all of it or nothing. Until then a kill costs what is in memory, and nothing older. The file belongs to
// one process.
package ledger
