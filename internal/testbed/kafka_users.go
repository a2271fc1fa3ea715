package testbed

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// createUsers makes the SCRAM users; those of PLAIN are part of the brokers' configuration.
func (c *Cluster) createUsers() {
	c.t.Helper()
	mechanisms := map[string]kadm.ScramMechanism{}
	for _, m := range c.Options.Mechanisms {
		switch m {
		case "SCRAM-SHA-256":
			mechanisms[m] = kadm.ScramSha256
		case "SCRAM-SHA-512":
			mechanisms[m] = kadm.ScramSha512
		}
	}
	sasl := slices.ContainsFunc(c.Options.Listeners, Listener.sasl)
	if !sasl || len(mechanisms) == 0 {
		return
	}
	if !c.release.scramAPI {
		c.createUsersInZooKeeper(slices.Sorted(maps.Keys(mechanisms)))
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for _, m := range slices.Sorted(maps.Keys(mechanisms)) { // a call for each: Kafka takes a user only once in a call
		var users []kadm.UpsertSCRAM
		for _, name := range slices.Sorted(maps.Keys(c.Options.Users)) {
			users = append(users, kadm.UpsertSCRAM{User: name, Mechanism: mechanisms[m], Iterations: 4096,
				Password: c.Options.Users[name]})
		}
		altered, err := c.admin().AlterUserSCRAMs(ctx, nil, users)
		if err == nil {
			err = altered.Error()
		}
		if err != nil {
			c.t.Fatalf("create SCRAM users: %v", err)
		}
	}
	c.awaitUsers(ctx, len(c.Options.Users))
}

// awaitUsers returns once every broker knows that many SCRAM users.
func (c *Cluster) awaitUsers(ctx context.Context, want int) {
	c.t.Helper()
	for _, b := range c.brokers {
		b.process.waitUntil(c.t, time.Minute, func() error { return b.knowsUsers(ctx, want) })
	}
}

// createUsersInZooKeeper does it with Kafka's own command, as operators of those versions had to.
func (c *Cluster) createUsersInZooKeeper(mechanisms []string) {
	c.t.Helper()
	for _, user := range slices.Sorted(maps.Keys(c.Options.Users)) {
		var add []string
		for _, m := range mechanisms {
			add = append(add, m+"=[iterations=4096,password="+c.Options.Users[user]+"]")
		}
		err := c.javaCommand("kafka.admin.ConfigCommand", "--zookeeper", c.zookeeper, "--alter", "--add-config",
			strings.Join(add, ","),
			"--entity-type", "users", "--entity-name", user)
		if err != nil {
			c.t.Fatalf("create SCRAM user %s: %v", user, err)
		}
	}
}

// knowsUsers asks the broker for its SCRAM users.
func (b *broker) knowsUsers(ctx context.Context, want int) error {
	resp, err := b.ask(ctx, kmsg.NewPtrDescribeUserSCRAMCredentialsRequest())
	if err != nil {
		return err
	}
	if got := len(resp.(*kmsg.DescribeUserSCRAMCredentialsResponse).Results); got != want {
		return fmt.Errorf("broker %d knows %d of %d SCRAM users", b.id, got, want)
	}
	return nil
}
