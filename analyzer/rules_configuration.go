package analyzer

import (
	"slices"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/verdict"
)

// provisionedConfiguration compares the broker properties that the owner needs, or that are set today, with those that a custom
// configuration of the kind may set.
func provisionedConfiguration(r *evaluation, in *Input, settable, fixed []string, source string) {
	const title = "broker configuration"
	const name = "broker_configuration"
	needed, set, known := brokerConfiguration(in)
	if !known {
		r.judge(name, title, source, verdict.Unknown, "broker_configuration",
			"required broker properties unknown: declare broker_configuration (an empty list for none)")
		return
	}
	refused, renamed := notSettable(needed, settable)
	dropped, _ := notSettable(set, settable)
	switch {
	case len(refused) > 0 && intersect(refused, fixed):
		r.judge(name, title, source, verdict.Fail, "", "required and fixed on these brokers: %s", joined(refused))
	case len(refused) > 0:
		r.judge(name, title, source, verdict.Fail, "", "required and not settable: %s", joined(refused))
	case len(dropped) > 0:
		r.judge(name, title, source, verdict.Unknown, "broker_configuration",
			"set today and not possible here: %s: declare in broker_configuration which properties are needed", joined(dropped))
	case len(renamed) > 0:
		r.judge(name, title, source, verdict.Pass, "", "settable: %s (%s)", joined(needed), joined(renamed))
	case len(needed)+len(set) == 0:
		r.judge(name, title, source, verdict.Pass, "", "no broker property is required")
	default:
		r.judge(name, title, source, verdict.Pass, "", "settable: %s", joined(append(needed, set...)))
	}
}

// sameProperty maps properties to another one that says the same in another unit.
var sameProperty = map[string]string{
	"log.retention.hours": "log.retention.ms", "log.retention.minutes": "log.retention.ms", "log.roll.hours": "log.roll.ms",
}

// notSettable returns the names that cannot be set, and for those that can under another name how.
func notSettable(names, settable []string) (refused, renamed []string) {
	for _, name := range names {
		switch other := sameProperty[name]; {
		case slices.Contains(settable, name):
		case other != "" && slices.Contains(settable, other):
			renamed = append(renamed, name+" as "+other)
		default:
			refused = append(refused, name)
		}
	}
	return refused, renamed
}

func intersect(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// provisionedVersion compares the version that is needed with those on offer in the mode that applies.
func provisionedVersion(r *evaluation, in *Input, versions []catalog.KafkaVersion) {
	const title, source = "Kafka version", "S-VER"
	const name = "kafka_version"
	mode := ""
	if needed, _ := zookeeperMode(in); needed {
		mode = "zookeeper"
	}
	offered, ok := newest(versions, mode)
	need, asked := versionOf(in.Requirements.KafkaVersion)
	best, _ := versionOf(offered)
	switch {
	case !asked && ok:
		r.judge(name, title, source, verdict.NotApplicable, "", "no version is required; the newest on offer is %s%s", offered,
			todaysSupport(in, versions))
	case !asked:
		r.judge(name, title, source, verdict.NotApplicable, "", "no version is required")
	case !ok || best.before(need):
		r.judge(name, title, source, verdict.Fail, "", "Kafka %s is required; the newest on offer%s is %s",
			in.Requirements.KafkaVersion, inMode(mode), offered)
	default:
		r.judge(name, title, source, verdict.Pass, "", "Kafka %s is required%s; up to %s is on offer%s",
			in.Requirements.KafkaVersion,
			supported(", which AWS supports until ", versions, need), offered, inMode(mode))
	}
}

// supported writes until when AWS supports a version, after the words; empty where no end is published. After it AWS upgrades a
// cluster at any time, without notice (S-VER).
func supported(words string, versions []catalog.KafkaVersion, of version) string {
	for _, offered := range versions {
		if v, ok := versionOf(offered.Version); ok && v == of && offered.EndOfSupport != "" {
			return words + offered.EndOfSupport
		}
	}
	return ""
}

// todaysSupport says until when AWS supports what the cluster runs on MSK today.
func todaysSupport(in *Input, versions []catalog.KafkaVersion) string {
	if in.Workload.MSK == nil {
		return ""
	}
	v, ok := versionOf(in.Workload.MSK.KafkaVersion)
	if !ok {
		return ""
	}
	return supported("; AWS supports today's "+in.Workload.MSK.KafkaVersion+" until ", versions, v)
}

func inMode(mode string) string {
	if mode == "" {
		return ""
	}
	return " with ZooKeeper"
}
