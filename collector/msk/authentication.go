package msk

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kafka/types"
)

// authentication lists what clients may use, in the words of the workload file. A cluster on which nothing was turned on was made
// when clusters had no authentication: anybody may connect, over the listeners that encryption in transit leaves.
func authentication(p *types.Provisioned) []string {
	var out []string
	anybody := true
	if a := p.ClientAuthentication; a != nil {
		if a.Tls != nil && aws.ToBool(a.Tls.Enabled) {
			out = append(out, "mtls")
		}
		if a.Sasl != nil && a.Sasl.Scram != nil && aws.ToBool(a.Sasl.Scram.Enabled) {
			out = append(out, "sasl_scram")
		}
		if a.Sasl != nil && a.Sasl.Iam != nil && aws.ToBool(a.Sasl.Iam.Enabled) {
			out = append(out, "iam")
		}
		anybody = len(out) == 0 || a.Unauthenticated != nil && aws.ToBool(a.Unauthenticated.Enabled)
	}
	if anybody {
		out = append(out, unauthenticated(p.EncryptionInfo)...)
	}
	slices.Sort(out)
	return out
}

func unauthenticated(e *types.EncryptionInfo) []string {
	inTransit := types.ClientBrokerTls // MSK's default
	if e != nil && e.EncryptionInTransit != nil && e.EncryptionInTransit.ClientBroker != "" {
		inTransit = e.EncryptionInTransit.ClientBroker
	}
	switch inTransit {
	case types.ClientBrokerPlaintext:
		return []string{"plaintext"}
	case types.ClientBrokerTlsPlaintext:
		return []string{"plaintext", "tls"}
	}
	return []string{"tls"}
}
