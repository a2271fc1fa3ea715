package catalog

import (
	"cmp"
	"strings"
)

func (l *loader) standardSizes(c *checks, sizes []StandardSize) {
	seen := map[string]bool{}
	if len(sizes) == 0 {
		c.add("sizes", "missing: list at least one")
	}
	for i, s := range sizes {
		at := indexed("sizes", i)
		c.size(at, s.Name, "kafka."+s.Family+".", seen)
		c.oneOf(at+".family", s.Family, "t3", "m5", "m7g")
		for field, v := range map[string]float64{
			".vcpu": float64(s.VCPU), ".memory_gib": s.MemoryGiB,
			".partitions_recommended": float64(s.PartitionsRecommended), ".partitions_max_for_updates": float64(s.PartitionsMax),
			".ebs_baseline_mb_s": s.EBSBaselineMBps, ".ebs_max_mb_s": s.EBSMaxMBps,
			".network_baseline_gbps": s.NetworkBaselineGbps, ".network_burst_gbps": s.NetworkBurstGbps,
		} {
			c.positive(at+field, v)
		}
		for field, v := range map[string]*float64{
			".script_ebs_mib_s": s.ScriptEBSMiB, ".script_network_mib_s": s.ScriptNetworkMiB,
			".provisioned_throughput_max_mib_s": s.ProvisionedMaxMiB,
			".guide_ingress_mb_s":               s.GuideIngressMBps, ".guide_ingress_max_mb_s": s.GuideIngressMaxMBps,
			".guide_egress_mb_s": s.GuideEgressMBps, ".guide_egress_max_mb_s": s.GuideEgressMaxMBps,
		} {
			c.optionalPositive(at+field, v)
		}
		c.ordered(at+".partitions_recommended", float64(s.PartitionsRecommended), float64(s.PartitionsMax),
			"partitions_max_for_updates")
		c.ordered(at+".ebs_baseline_mb_s", s.EBSBaselineMBps, s.EBSMaxMBps, "ebs_max_mb_s")
		c.ordered(at+".network_baseline_gbps", s.NetworkBaselineGbps, s.NetworkBurstGbps, "network_burst_gbps")
		c.orderedPair(at+".guide_ingress_mb_s", s.GuideIngressMBps, s.GuideIngressMaxMBps, "guide_ingress_max_mb_s")
		c.orderedPair(at+".guide_egress_mb_s", s.GuideEgressMBps, s.GuideEgressMaxMBps, "guide_egress_max_mb_s")
		l.cite(c, at+".source", s.Source, false)
	}
}

func (l *loader) expressSizes(c *checks, sizes []ExpressSize) {
	seen := map[string]bool{}
	if len(sizes) == 0 {
		c.add("sizes", "missing: list at least one")
	}
	for i, s := range sizes {
		at := indexed("sizes", i)
		c.size(at, s.Name, "express.m7g.", seen)
		for field, v := range map[string]float64{
			".vcpu": float64(s.VCPU), ".memory_gib": s.MemoryGiB,
			".ingress_sustained_mb_s": s.IngressSustainedMBps, ".ingress_max_mb_s": s.IngressMaxMBps,
			".egress_sustained_mb_s": s.EgressSustainedMBps, ".egress_max_mb_s": s.EgressMaxMBps,
			".partitions_recommended": float64(s.PartitionsRecommended), ".partitions_max": float64(s.PartitionsMax),
			".script_ingress_mib_s": s.ScriptIngressMiB,
		} {
			c.positive(at+field, v)
		}
		c.ordered(at+".ingress_sustained_mb_s", s.IngressSustainedMBps, s.IngressMaxMBps, "ingress_max_mb_s")
		c.ordered(at+".egress_sustained_mb_s", s.EgressSustainedMBps, s.EgressMaxMBps, "egress_max_mb_s")
		c.ordered(at+".partitions_recommended", float64(s.PartitionsRecommended), float64(s.PartitionsMax), "partitions_max")
		l.cite(c, at+".source", s.Source, false)
	}
}

// size checks the name of one size: it starts with what its family's sizes start with.
func (c *checks) size(at, name, prefix string, seen map[string]bool) {
	if short, ok := strings.CutPrefix(name, prefix); !ok || short == "" {
		c.add(at+".size", "%q is not a size: expected %s and its size, like %slarge", name, prefix, prefix)
	}
	c.once(at+".size", cmp.Or(name, "(no name)"), seen)
}

func (c *checks) orderedPair(field string, recommended, limit *float64, limitField string) {
	if recommended != nil && limit != nil {
		c.ordered(field, *recommended, *limit, limitField)
	}
}
