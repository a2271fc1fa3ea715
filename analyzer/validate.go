package analyzer

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
	"github.com/mskfit/mskfit/verdict"
)

// authenticationMethods are the words of the workload file.
var authenticationMethods = []string{
	"plaintext", "tls", "mtls", "sasl_plain", "sasl_scram", "oauthbearer", "kerberos", "iam",
}

// Validate reports what cannot be: values out of their range and requirements that contradict each other. Fields are those
// of the workload file ("workload.partitions", "requirements.zones") and "options.…". [Analyze] copes with all of it,
// and says less.
func Validate(in Input) error {
	errs := []error{yamlfile.Under("options", in.Options.Validate())}
	if in.Catalog != nil {
		if name := in.Options.withDefaults().Profile; !hasKey(in.Catalog.Profiles, name) {
			errs = append(errs, yamlfile.Invalid("options.profile", "%q is not a sizing profile: write one of %s", name,
				strings.Join(slices.Sorted(maps.Keys(in.Catalog.Profiles)), ", ")))
		}
	}
	errs = append(errs, yamlfile.Under("workload", validateWorkload(in.Workload)))
	errs = append(errs, yamlfile.Under("requirements", ValidateRequirements(in.Requirements, in.Catalog)))
	return errors.Join(errs...)
}

func hasKey[V any](m map[string]V, key string) bool {
	_, ok := m[key]
	return ok
}

func validateWorkload(w workload.Workload) error {
	v := validator{}
	v.quantity("ingress", w.IngressBytesPerSec)
	v.quantity("egress", w.EgressBytesPerSec)
	v.quantity("messages_per_second", w.MessagesPerSec)
	v.quantity("hottest_partition_ingress", w.HottestIngress)
	v.quantity("hottest_partition_egress", w.HottestEgress)
	v.quantity("client_connections", w.ClientConnections)
	v.quantity(verdict.ConnectionAttemptsKey, w.ConnectionsPerSec)
	v.quantity(verdict.RequestsKey, w.RequestsPerSec)
	v.quantity("produce_batches_per_second", w.BatchesPerSec)
	v.figure("average_message_size", w.AverageMessageBytes)
	v.figure("max_message_size", w.MaxMessageBytes)
	v.figure("stored_bytes", w.StoredBytes)
	v.figure("topics", w.Topics)
	v.figure("partitions", w.Partitions)
	v.figure("compacted_partitions", w.CompactedPartitions)
	v.figure("consumer_groups", w.ConsumerGroups)
	v.notAbove("average_message_size", w.AverageMessageBytes, "max_message_size", w.MaxMessageBytes)
	v.notAbove("compacted_partitions", w.CompactedPartitions, "partitions", w.Partitions)
	v.notAbove("topics", w.Topics, "partitions", w.Partitions)
	v.notAbove("hottest_partition_ingress", figureAt(w.HottestIngress), "ingress", figureAt(w.IngressBytesPerSec))
	v.notAbove("hottest_partition_egress", figureAt(w.HottestEgress), "egress", figureAt(w.EgressBytesPerSec))
	if w.Partitions != nil && w.Partitions.High < 1 && w.IngressBytesPerSec != nil && w.IngressBytesPerSec.Low > 0 {
		v.bad("partitions", "0 partitions cannot take %s of ingress: give their number",
			workload.FormatByteRate(w.IngressBytesPerSec.Value))
	}
	if w.ReplicationFactor < 0 {
		v.bad("replication_factor", "%d is negative", w.ReplicationFactor)
	}
	if w.Retention != nil && *w.Retention < 0 {
		v.bad("retention", "%s is negative", *w.Retention)
	}
	if p := w.PrimaryRetention; p != nil {
		switch {
		case *p <= 0:
			v.bad("primary_retention", "%s must be above 0", *p)
		case w.Retention != nil && *p > *w.Retention:
			v.bad("primary_retention", "%s is longer than retention (%s)", *p, *w.Retention)
		}
	}
	if p := w.ProvisionedThroughputBytesPerSec; p != nil && !(*p > 0 && *p <= workload.LargestCredible) {
		v.bad("provisioned_storage_throughput", "%g must be above 0", *p)
	}
	return v.err()
}

func figureAt(q *workload.Quantity) *workload.Figure {
	if q == nil {
		return nil
	}
	f, _ := q.At(workload.Peak)
	return &f
}

// ValidateRequirements reports requirements that are out of range or contradict each other, with field names below the
// block ("zones"). Quota ids are checked when a catalog is given.
func ValidateRequirements(r workload.Requirements, cat *catalog.Catalog) error {
	v := validator{}
	for i, m := range r.Authentication {
		if !slices.Contains(authenticationMethods, m) {
			v.bad(fmt.Sprintf("authentication[%d]", i), "%q is not a method: write one of %s", m,
				strings.Join(authenticationMethods, ", "))
		}
	}
	if f := r.SaleEventFactor; f != nil && !(*f >= 1 && *f <= 1000) {
		v.bad("sale_event_factor", "%g must be from 1 (no sale event) to 1,000", *f)
	}
	if n := r.ExtraReaders; n != nil && !(*n >= 0 && *n <= 10000) {
		v.bad("extra_readers", "%g must be from 0 to 10,000", *n)
	}
	if p := r.EngineerHourUSD; p != nil && !(*p > 0 && *p <= 1e6) {
		v.bad("engineer_hour_usd", "%g must be above 0 and a price for one hour", *p)
	}
	if n := r.ClientVPCs; n != nil && *n < 0 {
		v.bad("client_vpcs", "%d is negative", *n)
	}
	if n := r.ExistingServerlessClusters; n != nil && *n < 0 {
		v.bad("existing_serverless_clusters", "%d is negative", *n)
	}
	if r.Zones != 0 && r.Zones != 2 && r.Zones != 3 {
		v.bad("zones", "%d: MSK clusters span 2 or 3 availability zones", r.Zones)
	}
	if _, ok := versionOf(r.KafkaVersion); r.KafkaVersion != "" && !ok {
		v.bad("kafka_version", "%q is not a version: write it like 3.9", r.KafkaVersion)
	}
	for _, id := range slices.Sorted(maps.Keys(r.RaisedQuotas)) {
		v.raised(id, r.RaisedQuotas[id], cat)
	}
	v.prefer(r)
	v.money("max_premium", r.MaxPremiumUSD)
	var known func(string) bool
	if cat != nil {
		known = func(id string) bool { _, ok := cat.Serverless.Quota(id); return ok || id == brokerThroughput }
	}
	v.headroom(r, known)
	return v.err()
}

// raised checks one quota that the owner says AWS has raised.
func (v *validator) raised(id string, limit float64, cat *catalog.Catalog) {
	field := "raised_quotas." + id
	if !(limit > 0 && limit <= workload.LargestCredible) {
		v.bad(field, "%g must be above 0", limit)
	}
	if cat == nil {
		return
	}
	q, ok := cat.Serverless.Quota(id)
	if !ok {
		if q, ok = cat.Standard.Quota(id); !ok {
			q, ok = cat.Express.Quota(id)
		}
	}
	switch {
	case !ok:
		v.bad(field, "no quota has this id: mskfit catalog lists them")
	case q.Base != nil && limit < *q.Base:
		v.bad(field, "%g is below AWS's own %g %s: state the raised limit", limit, *q.Limit, q.Unit)
	}
}

// prefer checks the preferred kind against what its owner requires.
func (v *validator) prefer(r workload.Requirements) {
	kind := verdict.Kind(r.Prefer)
	if r.Prefer == "" {
		return
	}
	if !slices.Contains([]verdict.Kind{verdict.Serverless, verdict.ServerlessSplit, verdict.Standard, verdict.Express}, kind) {
		v.bad("prefer", "%q is not a kind of cluster: write serverless, serverless_split, standard or express", r.Prefer)
		return
	}
	serverless := kind == verdict.Serverless || kind == verdict.ServerlessSplit
	if serverless && isTrue(r.ZooKeeperAccess) {
		v.bad("prefer", "%s contradicts zookeeper_access: true: Serverless gives no access to ZooKeeper", kind)
	}
	if serverless && len(r.BrokerConfiguration) > 0 {
		v.bad("prefer", "%s contradicts broker_configuration: Serverless accepts none", kind)
	}
	if kind == verdict.ServerlessSplit && isFalse(r.Splittable) {
		v.bad("prefer", "serverless_split contradicts splittable: false")
	}
	if kind == verdict.Express && r.Zones == 2 {
		v.bad("prefer", "express contradicts zones: 2: Express brokers are in 3 zones")
	}
}

func isTrue(b *bool) bool  { return b != nil && *b }
func isFalse(b *bool) bool { return b != nil && !*b }

// validator collects errors.
type validator struct{ errs []error }

func (v *validator) err() error { return errors.Join(v.errs...) }

func (v *validator) bad(field, format string, args ...any) {
	v.errs = append(v.errs, yamlfile.Invalid(field, format, args...))
}

func (v *validator) figure(field string, f *workload.Figure) {
	if f != nil {
		v.number(field, f.Value)
	}
}

// money is an amount of dollars a month.
func (v *validator) money(field string, usd *float64) {
	if usd != nil && !(*usd >= 0 && *usd <= 1e12) {
		v.bad(field, "%g must be dollars a month, from 0", *usd)
	}
}

func (v *validator) quantity(field string, q *workload.Quantity) {
	if q == nil {
		return
	}
	v.number(field, q.Value)
	if q.Peak != nil {
		v.number("peak_"+field, *q.Peak)
		if *q.Peak < q.Value {
			v.bad("peak_"+field, "%s is below the mean (%s)", workload.FormatNumber(*q.Peak), workload.FormatNumber(q.Value))
		}
	}
}

func (v *validator) number(field string, value float64) {
	switch {
	case math.IsNaN(value):
		v.bad(field, "not a number")
	case value < 0:
		v.bad(field, "%g is negative", value)
	case value > workload.LargestCredible:
		v.bad(field, "%g is more than can be sized (%g)", value, workload.LargestCredible)
	}
}

// notAbove reports a part that is larger than the whole, where the bounds of both leave no doubt.
func (v *validator) notAbove(field string, part *workload.Figure, wholeField string, whole *workload.Figure) {
	if part != nil && whole != nil && part.Low > whole.High {
		v.bad(field, "%s is more than %s (%s)", workload.FormatNumber(part.Value), wholeField, workload.FormatNumber(whole.Value))
	}
}
