package msk

// shape is the set of dimensions under which a metric is published.
type shape int

const (
	ofCluster     shape = iota // Cluster Name
	ofBroker                   // Cluster Name, Broker ID
	ofListener                 // Cluster Name, Broker ID, Client Authentication
	ofBrokerTopic              // Cluster Name, Broker ID, Topic
	ofTopic                    // Cluster Name, Topic
	ofGroupTopic               // Cluster Name, Consumer Group, Topic
)

// The dimensions, exactly so (S-MET).
const (
	dimCluster        = "Cluster Name"
	dimBroker         = "Broker ID"
	dimTopic          = "Topic"
	dimGroup          = "Consumer Group"
	dimAuthentication = "Client Authentication"
)

var shapes = map[shape][]string{
	ofCluster: {dimCluster}, ofBroker: {dimCluster, dimBroker}, ofListener: {dimCluster, dimBroker, dimAuthentication},
	ofBrokerTopic: {dimCluster, dimBroker, dimTopic}, ofTopic: {dimCluster, dimTopic},
	ofGroupTopic: {dimCluster, dimGroup, dimTopic},
}
