//go:build long && unix

package faults

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/internal/testbed"
)

var errStill = errors.New("still as before")

const partial = "a gap names the broker and the reason; the rest is swept on; the next sweep tries again"

// brokerFaults are what is broken, one after the other. Each returns when the fault is over.
var brokerFaults = []struct {
	name, expected string
	breaks         func(*bench, *Recorder) (whole time.Time)
}{
	{"black hole: no broker answers", "the error names the brokers; readiness stays; after three intervals " +
		"figures count as missing, and an alert says so",
		func(b *bench, r *Recorder) time.Time {
			sent := b.count()
			b.proxies(func(p *testbed.Proxy) { p.Set(testbed.Trouble{Swallow: true}) })
			r.Observed("error: %s", said(b.fails("no answer within")))
			b.isReady()
			b.await(patience, func() error { return b.told(sent, "missing") })
			r.Observed("alert: %s", b.heard(sent, "missing"))
			b.isReady()
			return b.whole()
		}},
	{"latency of 100 ms each way to all brokers", "sweeps take longer; one that runs out of time says so; " +
		"later ones miss nothing", func(b *bench, r *Recorder) time.Time {
		b.proxies(func(p *testbed.Proxy) { p.Set(testbed.Trouble{Latency: 100 * time.Millisecond}) })
		began := time.Now()
		for range 3 {
			b.sweepsClean()
		}
		r.Observed("3 whole sweeps in %.1f s", time.Since(began).Seconds())
		return b.whole()
	}},
	{"all answers limited to 16 KB/s", "sweeps take longer and miss nothing", func(b *bench, r *Recorder) time.Time {
		b.proxies(func(p *testbed.Proxy) { p.Set(testbed.Trouble{BytesPerSec: 16 << 10}) })
		began := time.Now()
		for range 2 {
			b.sweepsClean()
		}
		r.Observed("2 whole sweeps in %.1f s", time.Since(began).Seconds())
		return b.whole()
	}},
	{"all connections cut once", "connects again within a sweep or two", func(b *bench, r *Recorder) time.Time {
		b.proxies((*testbed.Proxy).Cut)
		r.Observed("connected again in the next sweep, without a gap that lasts")
		return time.Now()
	}},
	{"half-open connections to one broker", partial, func(b *bench, r *Recorder) time.Time {
		b.sweepsClean() // so that there are connections
		b.proxy(2).HalfOpen()
		g := b.meetsGap("no answer within")
		r.Observed("gap: %s", said(g.What+": "+g.Why))
		return time.Now() // new connections work all along
	}},
	{"one broker's answers stop halfway, and the connection closes a second later", partial,
		oneBroker(testbed.Trouble{HalfAnswers: time.Second})},
	{"black hole: one broker accepts connections and never answers", partial, oneBroker(testbed.Trouble{Swallow: true})},
	{"one broker refuses connections", partial, oneBroker(testbed.Trouble{Refuse: true})},
	{"broker killed", partial, func(b *bench, r *Recorder) time.Time {
		b.cluster.Kill(3)
		g := b.meetsGap("broker 3", "partition")
		r.Observed("gap: %s", said(g.What+": "+g.Why))
		b.cluster.Restart(3)
		return time.Now()
	}},
	{"broker paused (SIGSTOP)", partial, func(b *bench, r *Recorder) time.Time {
		b.cluster.Pause(2)
		g := b.meetsGap("broker 2", "no answer within")
		r.Observed("gap: %s", said(g.What+": "+g.Why))
		b.cluster.Resume(2)
		return time.Now()
	}},
	{"broker restarted in order", "at most gaps about it while it is away", func(b *bench, r *Recorder) time.Time {
		b.cluster.Restart(1)
		now := time.Now()
		if why := b.status().source().Error; why != "" {
			b.t.Errorf("the whole sweep failed: %s", why)
		}
		r.Observed("no sweep failed as a whole")
		return now
	}},
	{"controller moved", "at most gaps about the broker that went; the others are swept on",
		func(b *bench, r *Recorder) (over time.Time) {
			before := b.controller()
			b.cluster.Stop(before)
			defer func() {
				b.cluster.Restart(before)
				over = time.Now()
			}()
			b.await(patience, func() error {
				if b.controller() == before {
					return errStill
				}
				return nil
			})
			at := time.Now()
			b.await(patience, func() error {
				if s := b.status().source(); s.Error != "" || !s.CollectedAt.After(at) {
					return fmt.Errorf("no sweep since the controller moved; error %q", s.Error)
				}
				return nil
			})
			r.Observed("broker %d was the controller, broker %d is; sweeps went on, with %d gaps", before, b.controller(),
				len(b.status().source().Gaps)-len(b.usual))
			return over
		}},
	{"throttled by a broker quota (request_percentage 0.01)",
		"waits as it is asked to; sweeps take longer and fail in no way that lasts",
		func(b *bench, r *Recorder) (over time.Time) {
			b.configure(slow) // each answer takes a second
			b.quota(false)
			defer func() {
				b.quota(true)
				b.configure(usual)
				over = time.Now()
			}()
			began := time.Now()
			for range 3 {
				at := time.Now()
				b.await(patience, func() error {
					if !b.status().source().CollectedAt.After(at) {
						return errStill
					}
					return nil
				})
			}
			r.Observed("3 sweeps in %.1f s", time.Since(began).Seconds())
			b.isReady()
			return over
		}},
	{"password rotated on the brokers during a run",
		"the error says who is refused; the new file is read on a reload, without a restart",
		func(b *bench, r *Recorder) time.Time {
			b.setPassword("renewed-s3cret")
			b.proxies((*testbed.Proxy).Cut)
			r.Observed("error: %s", said(b.fails("refuses user")))
			b.isReady()
			b.write(b.secret, "renewed-s3cret")
			b.daemon.Signal(syscall.SIGHUP)
			return time.Now()
		}},
}

// said leaves out the advice that follows the reason in every such message.
func said(text string) string {
	why, _, _ := strings.Cut(text, ": a firewall or security group")
	return why
}

// oneBroker harms the second broker's connections until a gap says so.
func oneBroker(trouble testbed.Trouble) func(*bench, *Recorder) time.Time {
	return func(b *bench, r *Recorder) time.Time {
		p := b.proxy(2)
		p.Set(trouble)
		p.Cut()
		g := b.meetsGap("broker 2", "no answer within", "connection")
		r.Observed("gap: %s", said(g.What+": "+g.Why))
		b.isReady()
		return b.whole()
	}
}

// TestFaultsOfBrokers breaks brokers and the way to them under one daemon, which must be as before after each fault and is never
// restarted.
func TestFaultsOfBrokers(t *testing.T) {
	b := newBench(t)
	pid := b.daemon.PID()
	for _, f := range brokerFaults {
		t.Run(f.name, func(t *testing.T) {
			b.t = t
			r := Begin(t, f.name, f.expected)
			defer b.whole() // also when the fault was not met as expected
			whole := f.breaks(b, r)
			b.sweepsClean()
			r.Recovered(whole)
			b.isReady()
		})
	}
	b.t = t
	if b.daemon.PID() != pid || b.daemon.Ended() != nil {
		t.Error("the daemon was restarted, or ended")
	}
	for _, secret := range []string{password, "renewed-s3cret"} {
		if strings.Contains(b.daemon.Log(), secret) {
			t.Errorf("the log shows a password")
		}
	}
}

// whole ends all trouble of the proxies.
func (b *bench) whole() time.Time {
	b.proxies(func(p *testbed.Proxy) { p.Set(testbed.Trouble{}) })
	return time.Now()
}

// told returns an error unless a message since the n-th holds the word.
func (b *bench) told(n int, word string) error {
	if b.heard(n, word) == "" {
		return errStill
	}
	return nil
}

// controller is the broker that leads the quorum.
func (b *bench) controller() int {
	b.t.Helper()
	req := kmsg.NewPtrDescribeQuorumRequest()
	topic, p := kmsg.NewDescribeQuorumRequestTopic(), kmsg.NewDescribeQuorumRequestTopicPartition()
	topic.Topic, topic.Partitions = "__cluster_metadata", append(topic.Partitions, p)
	req.Topics = append(req.Topics, topic)
	resp, err := req.RequestWith(b.t.Context(), b.client)
	if err != nil || len(resp.Topics) == 0 || len(resp.Topics[0].Partitions) == 0 {
		return 0 // asked again
	}
	return int(resp.Topics[0].Partitions[0].LeaderID)
}

// quota throttles the daemon's user, or lifts that.
func (b *bench) quota(lift bool) {
	b.t.Helper()
	id := "mskfit"
	altered, err := b.admin().AlterClientQuotas(b.t.Context(), []kadm.AlterClientQuotaEntry{{
		Entity: kadm.ClientQuotaEntity{{Type: "client-id", Name: &id}},
		Ops:    []kadm.AlterClientQuotaOp{{Key: "request_percentage", Value: 0.01, Remove: lift}}}})
	if err != nil || len(altered) != 1 || altered[0].Err != nil {
		b.t.Fatalf("alter a quota: %+v, %v", altered, err)
	}
}

func (b *bench) setPassword(to string) {
	b.t.Helper()
	altered, err := b.admin().AlterUserSCRAMs(b.t.Context(), nil, []kadm.UpsertSCRAM{{User: user, Mechanism: kadm.ScramSha512,
		Iterations: 4096, Password: to}})
	if err == nil {
		err = altered.Error()
	}
	if err != nil {
		b.t.Fatalf("change the password: %v", err)
	}
}
