package fleet

// The texts of the report between its tables.
const (
	introduction = `# A fleet

**Claim.** One process watches many clusters; several share them, and take over from one that fails.

Made by ` + "`make fleet`" + ` from [fleet.json](fleet.json), which has every figure; do not edit. The clusters are simulated:
Kafka's protocol spoken by [kfake](https://pkg.go.dev/github.com/twmb/franz-go/pkg/kfake), one broker each, all in one process
beside mskfit. Topics, partitions and record sizes are drawn from the seed. mskfit is the program with its defaults, but decides
more often than every 15 minutes, and reads nothing back. First one process watches all clusters, with its history in SQLite;
then three share some or all of them, with PostgreSQL and Prometheus on the same machine, and one of the three is killed with SIGKILL.

`
	ofRuns = `## Runs

`
	cost = `
` + "`make fleet seed=N`" + ` adds a run, or takes the place of the one with that seed. n is one window for each process.

## Cost

`
	dashboard = `
A sweep that failed is counted and left in. CPU is user and system time of the process; RssAnon is its anonymous memory at the
end of the window. Requests include those of the hourly slow sweep where it falls into the window. Disk is what the data folder
grew by in the window, scaled to a day: what is written first is packed later, so that a real day takes less.

## Dashboard

`
	killed = `
Pages are medians of ten answers. Every replica shows all clusters, those of the others from the ledger.

## A replica is killed

Leases last 60 s. Expected: its clusters are collected again within 130 s (60 s until it counts as dead, 5 s until that is seen,
up to 60 s until a cluster's turn comes), and no other cluster moves.

`
	once = `
That no cluster is collected by two replicas at a time, and that no alert is lost, is what ` + "`TestReplicasShareClusters`" + ` checks at
every change: three replicas in processes of their own, one killed, one that joins, two that stop. The message that is on its way when
its replica is killed can come twice, with the same ID.

`
	untested = `## Not tested

- Real brokers. The double answers at once, on the loopback interface; slow brokers keep sweeps open, which costs memory.
- Reading back days at the first start, CloudWatch, TLS and SASL, and many consumer groups (here one a cluster).
- Days of history: here it has minutes, and deciding on 14 days reads more.
- 1,000 clusters and three replicas beside other work: with the brokers' double, PostgreSQL and Prometheus two cores are full then, and
  leases, writes and decisions come too late. So the bench shares 500 by default.
- More than three replicas, and PostgreSQL and Prometheus on machines of their own.
`
)
