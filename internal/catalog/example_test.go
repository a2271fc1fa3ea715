package catalog_test

import (
	"fmt"

	"github.com/mskfit/mskfit/internal/catalog"
)

// A quota has its unit and source; a limit that AWS does not state is nil.
func ExampleServerless_Quota() {
	c, err := catalog.Embedded()
	if err != nil {
		fmt.Println(err)
		return
	}
	q, ok := c.Serverless.Quota("ingress_per_cluster")
	fmt.Println(ok, q.Title, *q.Limit, q.Unit, q.Source)
	_, ok = c.Serverless.Quota("no_such_quota")
	fmt.Println(ok)
	// Output:
	// true ingress per cluster 200 MBps S-LIM
	// false
}

// A price that the region does not have is missing, not zero.
func ExampleRegion_Price() {
	c, err := catalog.Embedded()
	if err != nil {
		fmt.Println(err)
		return
	}
	region, err := c.Region("us-east-1")
	if err != nil {
		fmt.Println(err)
		return
	}
	usd, ok := region.Price("kafka.m7g.large")
	fmt.Println(usd, ok, c.PriceUnit("kafka.m7g.large"))
	usd, ok = region.Price("kafka.z9.large")
	fmt.Println(usd, ok)
	// Output:
	// 0.204 true USD per broker-hour, billed per second
	// 0 false
}
