package kafka

import (
	"slices"

	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
)

// API is one kind of request of the Kafka protocol that this package sends.
type API struct {
	Key  int16
	Name string
	// MaxVersion is the newest version that is sent; -1: the newest that client and broker both know.
	MaxVersion int16
	// Why is what it is needed for.
	Why string
	// Needs is the least permission, as Kafka's ACLs name it: "Describe on Topic"; empty: none.
	Needs string
}

// The keys of the requests, as the protocol numbers them.
const (
	keyFetch                = 1
	keyListOffsets          = 2
	keyMetadata             = 3
	keyOffsetFetch          = 9
	keyDescribeGroups       = 15
	keyListGroups           = 16
	keySASLHandshake        = 17
	keyAPIVersions          = 18
	keyDescribeACLs         = 29
	keyDescribeConfigs      = 32
	keyDescribeLogDirs      = 35
	keySASLAuthenticate     = 36
	keyDescribeQuotas       = 48
	keyDescribeScram        = 50
	keyDescribeProducers    = 61
	keyConsumerGroup        = 69
	keyShareGroup           = 77
	keyShareGroupOffsets    = 90
	newestThatBothSidesKnow = -1
)

// allowed is all that is ever sent. Nothing in it can change a cluster. Fetch and OffsetFetch stay below the versions that name
// topics only by id, so that one form serves brokers of every age.
var allowed = []API{
	{keyFetch, "Fetch", 12, "headers of a few record batches", "Read on Topic"},
	{keyListOffsets, "ListOffsets", newestThatBothSidesKnow, "start and end offsets", "Describe on Topic"},
	{keyMetadata, "Metadata", newestThatBothSidesKnow, "brokers, topics, leaders", "Describe on Topic"},
	{keyOffsetFetch, "OffsetFetch", 9, "committed offsets", "Describe on Group"},
	{keyDescribeGroups, "DescribeGroups", newestThatBothSidesKnow, "members of classic groups", "Describe on Group"},
	{keyListGroups, "ListGroups", newestThatBothSidesKnow, "groups and their coordinators", "Describe on Cluster"},
	{keySASLHandshake, "SaslHandshake", newestThatBothSidesKnow, "authentication", ""},
	{keyAPIVersions, "ApiVersions", newestThatBothSidesKnow, "supported API versions, features", ""},
	{keyDescribeACLs, "DescribeAcls", newestThatBothSidesKnow, "number of ACLs", "Describe on Cluster"},
	{keyDescribeConfigs, "DescribeConfigs", newestThatBothSidesKnow, "topic and broker configuration",
		"DescribeConfigs on Topic and Cluster"},
	{keyDescribeLogDirs, "DescribeLogDirs", newestThatBothSidesKnow, "log sizes", "Describe on Cluster"},
	{keySASLAuthenticate, "SaslAuthenticate", newestThatBothSidesKnow, "authentication", ""},
	{keyDescribeQuotas, "DescribeClientQuotas", newestThatBothSidesKnow, "number of client quotas", "DescribeConfigs on Cluster"},
	{keyDescribeScram, "DescribeUserScramCredentials", newestThatBothSidesKnow, "number of SCRAM users", "Describe on Cluster"},
	{keyDescribeProducers, "DescribeProducers", newestThatBothSidesKnow, "partitions with transactional producers",
		"Read on Topic"},
	{keyConsumerGroup, "ConsumerGroupDescribe", newestThatBothSidesKnow, "members of KIP-848 groups", "Describe on Group"},
	{keyShareGroup, "ShareGroupDescribe", newestThatBothSidesKnow, "members of share groups", "Describe on Group"},
	{keyShareGroupOffsets, "DescribeShareGroupOffsets", newestThatBothSidesKnow, "progress of share groups", "Describe on Group"},
}

// APIs returns every kind of request that this package can send, by key. None of them can change a cluster.
func APIs() []API { return slices.Clone(allowed) }

// apiName names a key for people; a key outside the list has the protocol's name.
func apiName(key int16) string {
	for _, a := range allowed {
		if a.Key == key {
			return a.Name
		}
	}
	return kmsg.NameForKey(key)
}

// allowedVersions is the list as the client's own upper limit: it refuses to send a request whose key is not in it, its
// own internal requests included.
func allowedVersions() *kversion.Versions {
	newest, versions := kversion.Stable(), new(kversion.Versions)
	for _, a := range allowed {
		v := a.MaxVersion
		if v == newestThatBothSidesKnow {
			v, _ = newest.LookupMaxKeyVersion(a.Key)
		}
		versions.SetMaxKeyVersion(a.Key, v)
	}
	return versions
}
