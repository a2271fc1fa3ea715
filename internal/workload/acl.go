package workload

// ACL is one access rule of Kafka, in the words of kafka-acls.
type ACL struct {
	// Principal is as whom a client is known: "User:orders". "User:*" is everybody.
	Principal string
	// Host is the address that the rule holds for; "*" is all.
	Host string
	// Allow is false for a rule that denies.
	Allow bool
	// Operation is Read, Write, Create, Delete, Alter, Describe, ClusterAction, DescribeConfigs, AlterConfigs, IdempotentWrite
	// or All.
	Operation string
	// Resource is Topic, Group, Cluster, TransactionalId, DelegationToken or User; Name is the one that the rule is about, or with
	// Prefixed the beginning of its name. A literal "*" is all.
	Resource, Name string
	// Prefixed: Name is the beginning of the names that the rule is about.
	Prefixed bool
}
