package prometheus

import (
	"net"
	"regexp"
	"strconv"
)

var (
	// mskHost is how MSK names its brokers: b-3.orders.abc123.c2.kafka.eu-west-1.amazonaws.com.
	mskHost = regexp.MustCompile(`^b-(\d{1,6})\.`)
	// strimziPod is how Strimzi names its brokers' pods: orders-kafka-3.
	strimziPod = regexp.MustCompile(`-(\d{1,6})$`)
)

// brokerID reads the id off the name of a broker. It reports false where the name does not say it for certain.
func brokerID(name, preset string) (int32, bool) {
	found := mskHost.FindStringSubmatch(name)
	if found == nil && preset == "strimzi" {
		found = strimziPod.FindStringSubmatch(name)
	}
	if found == nil {
		return 0, false
	}
	id, err := strconv.ParseInt(found[1], 10, 32)
	return int32(id), err == nil
}

// hostOf takes the port off.
func hostOf(name string) string {
	if host, _, err := net.SplitHostPort(name); err == nil {
		return host
	}
	return name
}
