package testbed

import "strings"

// Listener is a way in for clients. Its value is the listener's name in the broker's configuration.
type Listener string

// The listeners that the testbed can open.
const (
	Plaintext     Listener = "PLAIN_TEXT" // no encryption, no authentication
	ServerTLS     Listener = "TLS"        // the server shows a certificate
	MutualTLS     Listener = "MTLS"       // the client shows one too
	SASLPlaintext Listener = "SASL"       // user and password, no encryption
	SASLTLS       Listener = "SASL_TLS"   // user and password, encrypted
)

// protocol is Kafka's word for the listener's security.
func (l Listener) protocol() string {
	switch l {
	case ServerTLS, MutualTLS:
		return "SSL"
	case SASLPlaintext:
		return "SASL_PLAINTEXT"
	case SASLTLS:
		return "SASL_SSL"
	default:
		return "PLAINTEXT"
	}
}

func (l Listener) tls() bool  { return strings.HasSuffix(l.protocol(), "SSL") }
func (l Listener) sasl() bool { return strings.HasPrefix(l.protocol(), "SASL") }

func listenerNames(listeners []Listener) []string {
	var names []string
	for _, l := range listeners {
		names = append(names, string(l))
	}
	return names
}
