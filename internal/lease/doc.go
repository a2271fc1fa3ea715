// Package lease shares clusters among replicas through the ledger. Start with [Keeper]: it announces this replica, takes the leases
// that rendezvous hashing gives it, and gives up those that a better placed replica is to have. [Owner] is only the hashing.
//
// A replica proves that it is alive to the ledger's database, every few seconds and by the database's clock. One that has not for
// the length of a lease counts as dead, and its leases are free. The replica itself stops earlier, by its own clock.
package lease
