package workload

import "cmp"

// AuthenticationNames writes authentication methods of configuration files as the field does: "IAM" for "iam". A method that has no
// other name stays as it is; no methods give an empty list.
func AuthenticationNames(methods []string) []string {
	names := map[string]string{"iam": "IAM", "mtls": "mTLS", "tls": "TLS", "sasl_scram": "SASL/SCRAM", "sasl_plain": "SASL/PLAIN",
		"oauthbearer": "OAUTHBEARER", "kerberos": "Kerberos"}
	out := make([]string, len(methods))
	for i, m := range methods {
		out[i] = cmp.Or(names[m], m)
	}
	return out
}
