package kafka

import (
	"cmp"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

// listenersOf reads the listeners that clients may use from a broker's configuration: not the controllers' own, and not the one
// between brokers when there is another.
func listenersOf(config map[string]brokerSetting) []workload.Listener {
	value := func(name string) string { return config[name].value.Value }
	protocols := map[string]string{}
	for _, pair := range list(value("listener.security.protocol.map")) {
		name, protocol, _ := strings.Cut(pair, ":")
		protocols[name] = protocol
	}
	controllers := list(value("controller.listener.names"))
	between := value("inter.broker.listener.name")
	var clients, others []workload.Listener
	for _, entry := range list(value("listeners")) {
		name, _, found := strings.Cut(entry, "://")
		if !found || slices.Contains(controllers, name) {
			continue
		}
		l := workload.Listener{Name: name, Protocol: cmp.Or(protocols[name], name)}
		if strings.HasPrefix(l.Protocol, "SASL_") {
			l.Mechanisms = mechanismsOf(name, config)
		}
		if name == between {
			others = append(others, l)
		} else {
			clients = append(clients, l)
		}
	}
	if len(clients) == 0 {
		clients = others
	}
	slices.SortFunc(clients, func(a, b workload.Listener) int { return cmp.Compare(a.Name, b.Name) })
	return clients
}

// ofListener reads a property as it holds for one listener: its own, or the broker's.
func ofListener(listener, name string, config map[string]brokerSetting) string {
	if own, ok := config["listener.name."+strings.ToLower(listener)+"."+name]; ok && own.value.Value != "" {
		return own.value.Value
	}
	return config[name].value.Value
}

func mechanismsOf(listener string, config map[string]brokerSetting) []string {
	mechanisms := list(ofListener(listener, "sasl.enabled.mechanisms", config))
	slices.Sort(mechanisms)
	return mechanisms
}

// list splits a comma-separated value.
func list(value string) []string {
	var out []string
	for _, item := range strings.Split(value, ",") {
		if item = strings.TrimSpace(item); item != "" {
			out = append(out, item)
		}
	}
	return out
}

// methods translates SASL mechanisms into the words of the workload file.
var methods = map[string]string{
	"PLAIN": "sasl_plain", "SCRAM-SHA-256": "sasl_scram", "SCRAM-SHA-512": "sasl_scram",
	"OAUTHBEARER": "oauthbearer", "GSSAPI": "kerberos", "AWS_MSK_IAM": "iam",
}

// authenticationOf names the methods that the listeners offer; nil when no listener is known.
func authenticationOf(listeners []workload.Listener, config map[string]brokerSetting) []string {
	var out []string
	for _, l := range listeners {
		switch l.Protocol {
		case "PLAINTEXT":
			out = append(out, "plaintext")
		case "SSL":
			switch ofListener(l.Name, "ssl.client.auth", config) {
			case "required":
				out = append(out, "mtls")
			case "requested":
				out = append(out, "mtls", "tls")
			default:
				out = append(out, "tls")
			}
		default:
			for _, m := range l.Mechanisms {
				out = append(out, cmp.Or(methods[m], strings.ToLower(m)))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
