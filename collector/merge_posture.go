package collector

import (
	"cmp"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
)

// posture puts together what the sources say of how the cluster is set up. Each thing is believed from the one that knows most,
// of two that know as much the latest; what that one could not see comes from the others. So an ACL count of the brokers stays
// when a control plane, which has none, was asked later.
func (m *merger) posture() {
	var all []*workload.Posture
	for i := range m.in {
		if p := m.in[i].Posture; p != nil {
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		return
	}
	slices.SortStableFunc(all, func(a, b *workload.Posture) int { return cmp.Or(known(b)-known(a), b.ReadAt.Compare(a.ReadAt)) })
	out := *all[0]
	for _, o := range all[1:] {
		if o.ReadAt.After(out.ReadAt) {
			out.ReadAt = o.ReadAt
		}
		out.KafkaVersion, out.Mode = cmp.Or(out.KafkaVersion, o.KafkaVersion), cmp.Or(out.Mode, o.Mode)
		out.ACLs, out.SCRAMUsers = cmp.Or(out.ACLs, o.ACLs), cmp.Or(out.SCRAMUsers, o.SCRAMUsers)
		out.ClientQuotas, out.Transactional = cmp.Or(out.ClientQuotas, o.ClientQuotas), cmp.Or(out.Transactional, o.Transactional)
		if out.Listeners == nil {
			out.Listeners = o.Listeners
		}
		if out.Authentication == nil {
			out.Authentication = o.Authentication
		}
		if out.BrokerConfig == nil {
			out.BrokerConfig = o.BrokerConfig
		}
		if out.Features == nil {
			out.Features = o.Features
		}
	}
	m.out.Posture = &out
}

// known is how many things a posture shows.
func known(p *workload.Posture) (n int) {
	for _, there := range []bool{p.KafkaVersion != "", p.Mode != "", p.Listeners != nil, p.Authentication != nil, p.ACLs != nil,
		p.SCRAMUsers != nil,
		p.ClientQuotas != nil, p.BrokerConfig != nil, p.Features != nil, p.Transactional != nil} {
		if there {
			n++
		}
	}
	return n
}
