package workloadfile_test

import (
	"testing"

	"github.com/mskfit/mskfit/internal/workloadfile"
)

// Every case is a whole file but for its name and region; an empty line stands for them.
func TestBadFiles(t *testing.T) {
	const (
		head  = "name: x\nregion: us-east-1\n"
		flows = head + "workload:\n  ingress: 10MBps\n"
		needs = flows + "requirements:\n"
		list  = head + "workload:\n  topics:\n    - {name: a, partitions: 2, ingress: 4MBps}\n    - {name: b, partitions: 3, ingress: 6MBps}\n"
	)
	tests := []struct{ name, text, want string }{
		{"unknown key at the top", head + "worklaod: {}", `w.yaml:1:1: workload: missing: write at least ingress, or messages_per_second and average_message_size
w.yaml:3:1: worklaod: unknown key: did you mean "workload"?`},
		{"unknown key in the workload", flows + "  egres: 5MBps",
			`w.yaml:5:3: workload.egres: unknown key: did you mean "egress"?`},
		{"unknown key in the requirements", needs + "  team: true", `w.yaml:6:3: requirements.team: unknown key`},
		{"key twice", flows + "  ingress: 5MBps", "w.yaml:5:3: workload.ingress: written twice, first on line 4: keep one"},
		{"no region", "name: x\nworkload: {ingress: 1MBps}",
			"w.yaml:1:1: region: missing: write the AWS region to price, like us-east-1"},
		{"malformed region", "region: us-east1\nworkload: {ingress: 1MBps}",
			`w.yaml:1:9: region: "us-east1" is not an AWS region: write its code, like us-east-1`},
		{"no workload", head, "w.yaml:1:1: workload: missing: write at least ingress, or messages_per_second and average_message_size"},
		{"empty file", "", `w.yaml:1:1: region: missing: write the AWS region to price, like us-east-1
w.yaml:1:1: workload: missing: write at least ingress, or messages_per_second and average_message_size`},
		{"nothing says the ingress", head + "workload:\n  messages_per_second: 5",
			"w.yaml:4:3: workload.ingress: missing: write it, or both messages_per_second and average_message_size"},
		{"one topic does not say its ingress", list + "    - {name: c, partitions: 1}",
			`w.yaml:4:3: workload.ingress: missing: write it, or give topic "c" one too`},
		{"size without unit", head + "workload:\n  messages_per_second: 5\n  average_message_size: 30",
			`w.yaml:5:25: workload.average_message_size: "30" is not a size: the unit is missing: expected a number and a unit, like 30KB`},
		{"bits for bytes", head + "workload: {ingress: 45Mbps}",
			`w.yaml:3:21: workload.ingress: "45Mbps" is not a rate: write the unit as MBps or MB/s (10^6 bytes per second) or MiBps or MiB/s (2^20)`},
		{"size for a rate", head + "workload: {ingress: 45MB}",
			`w.yaml:3:21: workload.ingress: "45MB" is not a rate: write the unit as MBps or MB/s (10^6 bytes per second) or MiBps or MiB/s (2^20)`},
		{"retention without unit", flows + "  retention: 72",
			`w.yaml:5:14: workload.retention: "72" is not a duration: write it as 90s, 15m, 72h, 7d, 2w or unlimited`},
		{"negative rate", head + "workload: {ingress: -1MBps}",
			`w.yaml:3:21: workload.ingress: "-1MBps" is not a rate: it is negative: expected a number from 0 and a unit, like 45MBps`},
		{"negative number", head + "workload: {messages_per_second: -5, average_message_size: 1KB}",
			"w.yaml:3:33: workload.messages_per_second: -5 is negative: write a number from 0"},
		{"negative retention", flows + "  retention: -3d", `w.yaml:5:14: workload.retention: "-3d" is negative`},
		{"not finite", head + "workload: {messages_per_second: .inf, average_message_size: 1KB}",
			`w.yaml:3:33: workload.messages_per_second: expected a finite number, found ".inf"`},
		{"absurd rate", head + "workload: {ingress: 1e6EBps}",
			"w.yaml:3:21: workload.ingress: 1e+24 is not realistic: use 1e-09 to 1e+21"},
		{"absurdly small", head + "workload: {ingress: 1e-300Bps}",
			"w.yaml:3:21: workload.ingress: 1e-300 is not realistic: use 1e-09 to 1e+21"},
		{"zero partitions", flows + "  partitions: 0", "w.yaml:5:15: workload.partitions: 0: write a whole number from 1"},
		{"negative partitions", flows + "  partitions: -4", "w.yaml:5:15: workload.partitions: -4: write a whole number from 1"},
		{"half a partition", flows + "  partitions: 1.5", `w.yaml:5:15: workload.partitions: expected a whole number, found "1.5"`},
		{"more partitions than Kafka counts", flows + "  partitions: 3000000000",
			"w.yaml:5:15: workload.partitions: 3000000000 is more than Kafka can count: at most 2147483647"},
		{"headroom in percent", needs + "  headroom: 20",
			"w.yaml:6:13: requirements.headroom: 20 must be a share from 0 to 0.9: write 0.2 for 20 %"},
		{"headroom of no limit", needs + "  headroom: {all: 0.1, ingress: 0}",
			"w.yaml:6:33: requirements.headroom.ingress: not a limit: write all, brokers or the id of a Serverless quota, as mskfit catalog lists them"},
		{"headroom as a list", needs + "  headroom: [0.1]",
			"w.yaml:6:13: requirements.headroom: expected a share like 0.2, or limits with a share each, found a list"},
		{"negative premium", needs + "  max_premium: -5",
			"w.yaml:6:16: requirements.max_premium: -5 must be dollars a month, from 0"},
		{"no topics", flows + "  topics: 0", "w.yaml:5:11: workload.topics: 0: write a whole number from 1"},
		{"empty list of topics", flows + "  topics: []",
			"w.yaml:5:11: workload.topics: empty: list the topics, or write their number"},
		{"topics as keys", flows + "  topics: {a: 1}",
			"w.yaml:5:11: workload.topics: expected the number of topics or a list of topics, found keys and values"},
		{"no replicas", flows + "  replication_factor: 0",
			"w.yaml:5:23: workload.replication_factor: 0: write how many copies there are of each partition, from 1 (MSK works with 3)"},
		{"no retention", flows + "  retention: 0h",
			"w.yaml:5:14: workload.retention: 0: write how long messages are kept, like 72h, 7d or unlimited"},
		{"empty messages", head + "workload: {messages_per_second: 5, average_message_size: 0B}",
			"w.yaml:3:58: workload.average_message_size: 0 bytes: a message has at least one"},
		{"average above the largest", flows + "  average_message_size: 2MB\n  max_message_size: 1MB",
			"w.yaml:5:25: workload.average_message_size: 2 MB is more than max_message_size (1 MB)"},
		{"peak below the average", flows + "  peak_ingress: 9MBps",
			"w.yaml:5:17: workload.peak_ingress: 9 MB/s is below the average ingress (10 MB/s)"},
		{"peak of reads below their average", flows + "  egress: 20MBps\n  peak_egress: 10MBps",
			"w.yaml:6:16: workload.peak_egress: 10 MB/s is below the average egress (20 MB/s)"},
		{"ingress contradicts rate and size", flows + "  messages_per_second: 1000\n  average_message_size: 1KB",
			"w.yaml:4:12: workload.ingress: 10 MB/s contradicts messages_per_second × average_message_size, which is 1 MB/s: correct or remove one"},
		{"hottest partition above the whole", flows + "  hottest_partition_ingress: 11MBps",
			"w.yaml:5:30: workload.hottest_partition_ingress: 11 MB/s is more than all partitions together (10 MB/s)"},
		{"hottest partition below the mean", flows + "  partitions: 10\n  hottest_partition_ingress: 500KBps",
			"w.yaml:6:30: workload.hottest_partition_ingress: 500 KB/s is below the mean partition, ingress ÷ partitions (1 MB/s)"},
		{"compacted above all", flows + "  partitions: 10\n  compacted_partitions: 11",
			"w.yaml:6:25: workload.compacted_partitions: 11 is more than partitions (10)"},
		{"topics above partitions", flows + "  partitions: 10\n  topics: 20",
			"w.yaml:6:11: workload.topics: 20 is more than partitions (10)"},
		{"tier longer than retention", flows + "  retention: 24h\n  primary_retention: 3d",
			"w.yaml:6:22: workload.primary_retention: 72h is longer than retention (24h)"},
		{"tier without retention", flows + "  primary_retention: 90m",
			"w.yaml:5:22: workload.primary_retention: needs retention: write the total time that messages are kept"},
		{"endless tier", flows + "  retention: unlimited\n  primary_retention: unlimited",
			"w.yaml:6:22: workload.primary_retention: unlimited: remove it for no tiered storage"},
		{"no tier", flows + "  retention: 1d\n  primary_retention: 0s",
			"w.yaml:6:22: workload.primary_retention: 0: messages stay on broker storage for some time; remove it for no tiered storage"},
		{"nothing provisioned", flows + "  provisioned_storage_throughput: 0MBps",
			"w.yaml:5:35: workload.provisioned_storage_throughput: 0: remove it to provision none"},
		{"groups counted twice", flows + "  consumer_groups: 2\n  groups: 3",
			"w.yaml:5:20: workload.consumer_groups: 2 contradicts the list of groups, which has 3: remove it"},
		{"groups listed and counted", list + "  consumer_groups: 3\n  groups: [{name: g, topics: [a]}]",
			"w.yaml:7:20: workload.consumer_groups: 3 contradicts the list of groups, which has 1: remove it"},
		{"partitions contradict the topics", list + "  partitions: 6",
			"w.yaml:7:15: workload.partitions: 6 contradicts the topics, which have 5: correct one or remove it"},
		{"compaction contradicts the topics", list + "  compacted_partitions: 2",
			"w.yaml:7:25: workload.compacted_partitions: 2 contradicts the topics: 0 are compacted: correct one or remove it"},
		{"ingress contradicts the topics", list + "  ingress: 12MBps",
			"w.yaml:7:12: workload.ingress: 12 MB/s contradicts the sum over topics, which is 10 MB/s: correct or remove one"},
		{"egress contradicts the groups", list + "  egress: 1MBps\n  groups: [{name: g, topics: [a], egress: 4MBps}]",
			"w.yaml:7:11: workload.egress: 1 MB/s contradicts the sum over groups, which is 4 MB/s: correct or remove one"},
		{"topic without name and partitions", list + "    - {ingress: 1MBps}", `w.yaml:7:7: workload.topics[2].name: missing: write its name in Kafka
w.yaml:7:7: workload.topics[2].partitions: missing: write how many it has`},
		{"topic twice", list + "    - {name: a, partitions: 1, ingress: 1MBps}",
			`w.yaml:7:14: workload.topics[2].name: "a" is listed twice, first as number 1: keep one`},
		{"topic with zero partitions", list + "    - {name: c, partitions: 0, ingress: 1MBps}",
			"w.yaml:7:29: workload.topics[2].partitions: 0: write a whole number from 1"},
		{"figures of a topic", list + "    - {name: c, partitions: 1, ingress: 2MBps, peak_ingress: 1MBps, retention: 0s, replication_factor: -1}",
			`w.yaml:7:62: workload.topics[2].peak_ingress: 1 MB/s is below the average ingress (2 MB/s)
w.yaml:7:80: workload.topics[2].retention: 0: write how long messages are kept, like 72h, 7d or unlimited
w.yaml:7:104: workload.topics[2].replication_factor: -1: write how many copies there are of each partition, from 1 (MSK works with 3)`},
		{"group reads an unknown topic", list + "  groups: [{name: g, topics: [a, orders]}]",
			`w.yaml:7:34: workload.groups[0].topics[1]: "orders" is not in the list of topics: add it there, or correct the name`},
		{"group reads a mistyped topic", head +
			"workload:\n  topics: [{name: orders, partitions: 1, ingress: 1MBps}]\n  groups: [{name: g, topics: [order]}]",
			`w.yaml:5:31: workload.groups[0].topics[0]: "order" is not in the list of topics: did you mean "orders"?`},
		{"group names topics that are only counted", flows + "  topics: 3\n  groups: [{name: g, topics: [a]}]",
			`w.yaml:6:31: workload.groups[0].topics[0]: "a" is not in the list of topics: write topics as a list for groups to name them`},
		{"group without topics", list + "  groups: [{name: g}, {name: g, topics: [a, a]}]", `w.yaml:7:12: workload.groups[0].topics: missing: list the topics that it reads
w.yaml:7:30: workload.groups[1].name: "g" is listed twice, first as number 1: keep one
w.yaml:7:45: workload.groups[1].topics[1]: "a" is listed twice, first as number 1: keep one`},
		{"unknown authentication", needs + "  authentication: [iam, scram]",
			`w.yaml:6:25: requirements.authentication[1]: "scram" is not a method: write one of plaintext, tls, mtls, sasl_plain, sasl_scram, oauthbearer, kerberos, iam`},
		{"authentication twice", needs + "  authentication: [iam, iam]",
			`w.yaml:6:25: requirements.authentication[1]: "iam" is listed twice, first as number 1: keep one`},
		{"authentication as a word", needs + "  authentication: iam",
			`w.yaml:6:19: requirements.authentication: expected a list, found "iam"`},
		{"property with value", needs + "  broker_configuration: [log.retention.hours=72]",
			`w.yaml:6:26: requirements.broker_configuration[0]: "log.retention.hours=72" is not the name of a broker property: write names without values, like log.retention.hours`},
		{"word for a flag", needs + "  operations_team: some",
			`w.yaml:6:20: requirements.operations_team: expected true or false, found "some"`},
		{"sale below 1", needs + "  sale_event_factor: 0.5",
			"w.yaml:6:22: requirements.sale_event_factor: 0.5 must be from 1 (no sale event) to 1,000"},
		{"negative readers", needs + "  extra_readers: -1", "w.yaml:6:18: requirements.extra_readers: -1 must be from 0 to 10,000"},
		{"unknown kind", needs + "  prefer: fargate",
			`w.yaml:6:11: requirements.prefer: "fargate" is not a kind of cluster: write serverless, serverless_split, standard or express`},
		{"preference contradicts", needs + "  prefer: serverless_split\n  splittable: false",
			"w.yaml:6:11: requirements.prefer: serverless_split contradicts splittable: false"},
		{"four zones", needs + "  zones: 4", "w.yaml:6:10: requirements.zones: 4: MSK clusters span 2 or 3 availability zones"},
		{"no zones", needs + "  zones: 0", "w.yaml:6:10: requirements.zones: 0: MSK clusters span 2 or 3 availability zones"},
		{"version", needs + "  kafka_version: new",
			`w.yaml:6:18: requirements.kafka_version: "new" is not a version: write it like 3.9`},
		{"unknown quota", needs + "  raised_quotas: {partitons: 5000}",
			"w.yaml:6:30: requirements.raised_quotas.partitons: no quota has this id: mskfit catalog lists them"},
		{"quota without its unit", needs + "  raised_quotas: {ingress_per_cluster: 300}",
			"w.yaml:6:40: requirements.raised_quotas.ingress_per_cluster: the quota is in MBps: write a rate with its unit, like 300MBps"},
		{"quota in a wrong unit", needs + "  raised_quotas: {partitions_non_compacted: 5GB, message_size: 16}",
			`w.yaml:6:45: requirements.raised_quotas.partitions_non_compacted: the quota is in partitions: write a number, like 5000
w.yaml:6:64: requirements.raised_quotas.message_size: the quota is in MiB: write a size with its unit, like 16MiB`},
		{"quota that is none", needs + "  raised_quotas: {message_size: large}",
			`w.yaml:6:33: requirements.raised_quotas.message_size: "large" is not a limit: write it like 5000, 300MBps or 16MiB, as the quota is stated`},
		{"quota that was not raised", needs + "  raised_quotas: {partitions_non_compacted: 100}",
			"w.yaml:6:45: requirements.raised_quotas.partitions_non_compacted: 100 is below AWS's own 2400 partitions: state the raised limit"},
		{"syntax", "name: [x", "w.yaml:1:1: not valid YAML: did not find expected ',' or ']'"},
		{"not a mapping", "- ingress", "w.yaml:1:1: expected keys and values, found a list"},
		{"everything at once, in the order of the file",
			"region: nowhere\nworkload:\n  ingress: 10MBps\n  peak_ingress: 1MBps\n  partitions: 0\n  retension: 7d\nrequirements:\n  zones: 5\n  prefer: both\n",
			`w.yaml:1:9: region: "nowhere" is not an AWS region: write its code, like us-east-1
w.yaml:4:17: workload.peak_ingress: 1 MB/s is below the average ingress (10 MB/s)
w.yaml:5:15: workload.partitions: 0: write a whole number from 1
w.yaml:6:3: workload.retension: unknown key: did you mean "retention"?
w.yaml:8:10: requirements.zones: 5: MSK clusters span 2 or 3 availability zones
w.yaml:9:11: requirements.prefer: "both" is not a kind of cluster: write serverless, serverless_split, standard or express`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := workloadfile.Parse("w.yaml", []byte(tt.text))
			if err == nil {
				t.Fatalf("no error, want %s", tt.want)
			}
			if got := err.Error(); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestParseRequirementsAlone(t *testing.T) {
	r, err := workloadfile.ParseRequirements("r.yaml",
		[]byte("requirements:\n  zones: 2\n  authentication: []\n  raised_quotas: {message_size: 16MiB, consumer_groups: 1_000, egress_per_cluster: 500MBps}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if r.Zones != 2 || r.Authentication == nil || len(r.Authentication) != 0 || r.BrokerConfigurationDeclared ||
		r.RaisedQuotas["message_size"] != 16<<20 || r.RaisedQuotas["consumer_groups"] != 1000 ||
		r.RaisedQuotas["egress_per_cluster"] != 500e6 {
		t.Errorf("got %+v", r)
	}
	if r, err = workloadfile.ParseRequirements("r.yaml", nil); err != nil || r.Authentication != nil || r.RaisedQuotas != nil {
		t.Errorf("an empty file is %+v, error %v, want nothing declared", r, err)
	}
	const want = "r.yaml:1:1: workload: unknown key: valid keys are requirements\nr.yaml:2:23: requirements.zones: 7: MSK clusters span 2 or 3 availability zones"
	_, err = workloadfile.ParseRequirements("r.yaml", []byte("workload: {}\nrequirements: {zones: 7}"))
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
