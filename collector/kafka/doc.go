// Package kafka observes a Kafka cluster only through its public protocol, as an administration client would. Start
// with [Source]: each Collect is one sweep over all brokers, and two sweeps make the rates of the window between them.
//
// The package only reads. Every request passes a list of allowed APIs ([APIs]) that holds nothing that can change a
// cluster; the client refuses to send any other.
//
// What a sweep sees of a partition is a [reading]: start offset, end offset and the bytes of its log on its leader.
// [between] turns two readings into what the partition took in; where log sizes do not show it (compaction, retention,
// a moved leader), bytes are records × bytes per record, estimated from earlier windows or from the headers of a few record
// batches ([density]). Every figure says which way it came about and how far it may be off.
//
// Types of the Kafka client end at this package's border.
package kafka
