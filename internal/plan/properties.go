package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// inMilliseconds maps broker properties to the one that says the same in milliseconds, and how many milliseconds its unit has.
var inMilliseconds = map[string]struct {
	name string
	unit float64
}{
	"log.retention.hours":   {"log.retention.ms", 3600e3},
	"log.retention.minutes": {"log.retention.ms", 60e3},
	"log.roll.hours":        {"log.roll.ms", 3600e3},
}

// properties fills in the configuration of the brokers: what is required or set today and the target takes. What is required
// and has no known value has to be given to Terraform.
func (p *plan) properties(page *terraformPage) {
	page.Properties = map[string]string{}
	settable := p.Catalog.Standard.BrokerConfigs
	if p.Option.Kind == verdict.Express {
		settable = p.Catalog.Express.BrokerConfigs
	}
	values, needed := p.brokerValues()
	var dropped []string
	for _, name := range needed {
		value, known := values[name]
		to, ok := translated(name, settable)
		switch {
		case !ok:
			dropped = append(dropped, name)
		case known && to != name:
			if page.Properties[to] == "" { // the one in milliseconds goes before the one in hours
				page.Properties[to] = scaled(value, inMilliseconds[name].unit)
			}
		case known:
			page.Properties[to] = value
		case strings.HasPrefix(name, "log.retention.") && name != "log.retention.bytes" && p.retention() != "" &&
			slices.Contains(settable, "log.retention.ms"):
			page.Properties["log.retention.ms"] = p.retention()
		default:
			page.Missing = append(page.Missing, to)
		}
	}
	page.PropertiesHelp = "More broker properties, or other values for those below."
	if len(page.Missing) > 0 {
		page.PropertiesHelp = "Broker properties that the workload requires and whose values mskfit does not know: " +
			strings.Join(page.Missing, ", ") + "."
		page.MissingHelp = "Give a value for each of " + strings.Join(page.Missing, ", ") + "."
	}
	if len(dropped) > 0 {
		page.PropertiesHelp += " Not settable on this cluster, and left out: " + strings.Join(dropped, ", ") + "."
	}
}

// translated is the name under which the target takes a property.
func translated(name string, settable []string) (string, bool) {
	if slices.Contains(settable, name) {
		return name, true
	}
	if ms, ok := inMilliseconds[name]; ok && slices.Contains(settable, ms.name) {
		return ms.name, true
	}
	return "", false
}

// scaled is a count in another unit; what is no number, or -1 for unlimited, is kept.
func scaled(value string, by float64) string {
	v, err := strconv.ParseFloat(value, 64)
	if err != nil || v < 0 {
		return value
	}
	return strconv.FormatFloat(v*by, 'f', 0, 64)
}

// brokerValues are the known values of broker properties, and the names that the target needs, sorted.
func (p *plan) brokerValues() (values map[string]string, needed []string) {
	values = map[string]string{}
	if posture := p.Workload.Posture; posture != nil {
		for name, v := range posture.BrokerConfig {
			if v.Overridden() {
				values[name] = v.Value
			}
		}
	}
	if msk := p.Workload.MSK; msk != nil {
		for name, v := range msk.Configuration {
			values[name] = v
		}
	}
	needed = slices.Clone(p.Requirements.BrokerConfiguration)
	if !p.Requirements.BrokerConfigurationDeclared && len(needed) == 0 {
		for name := range values {
			needed = append(needed, name)
		}
	}
	slices.Sort(needed)
	return values, slices.Compact(needed)
}

// retention is how long messages are kept, in milliseconds, as the workload declares; empty: unknown.
func (p *plan) retention() string {
	r := p.Workload.Retention
	switch {
	case r == nil || !p.Workload.Declared: // of an observed one it is the longest of any topic
		return ""
	case *r == workload.RetentionUnlimited:
		return "-1"
	}
	return fmt.Sprint(r.Milliseconds())
}
