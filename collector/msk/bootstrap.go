package msk

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/kafka"
)

// Bootstrap is where clients of one kind connect first.
type Bootstrap struct {
	// Authentication is plaintext, tls (which is mtls too, where clients show certificates), sasl_scram or iam.
	Authentication string
	// Network is private, public, or vpc (multi-VPC private connectivity).
	Network string
	// Addresses are host:port.
	Addresses []string
}

// bootstraps lists what AWS answered, sorted by network and authentication. IPv6 addresses lead to the same listeners and
// are left out.
func bootstraps(o *kafka.GetBootstrapBrokersOutput) []Bootstrap {
	var out []Bootstrap
	add := func(authentication, network string, addresses *string) {
		if addresses != nil && *addresses != "" {
			out = append(out, Bootstrap{authentication, network, strings.Split(*addresses, ",")})
		}
	}
	add("plaintext", "private", o.BootstrapBrokerString)
	add("tls", "private", o.BootstrapBrokerStringTls)
	add("sasl_scram", "private", o.BootstrapBrokerStringSaslScram)
	add("iam", "private", o.BootstrapBrokerStringSaslIam)
	add("tls", "public", o.BootstrapBrokerStringPublicTls)
	add("sasl_scram", "public", o.BootstrapBrokerStringPublicSaslScram)
	add("iam", "public", o.BootstrapBrokerStringPublicSaslIam)
	add("tls", "vpc", o.BootstrapBrokerStringVpcConnectivityTls)
	add("sasl_scram", "vpc", o.BootstrapBrokerStringVpcConnectivitySaslScram)
	add("iam", "vpc", o.BootstrapBrokerStringVpcConnectivitySaslIam)
	slices.SortFunc(out, func(a, b Bootstrap) int {
		return cmp.Or(cmp.Compare(a.Network, b.Network), cmp.Compare(a.Authentication, b.Authentication))
	})
	return out
}
