package agent

import (
	"fmt"
	"testing"
)

func TestEveryClusterIsInOneShard(t *testing.T) {
	const shards, clusters = 5, 200
	var held [shards]int
	for i := range clusters {
		name, n := fmt.Sprintf("cluster-%d", i), 0
		for index := range shards {
			s, err := ParseShard(fmt.Sprintf("%d/%d", index+1, shards))
			if err != nil {
				t.Fatal(err)
			}
			if s.Holds(name) {
				held[index]++
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s is in %d shards", name, n)
		}
	}
	for i, n := range held {
		if n < clusters/shards/2 || n > clusters/shards*2 {
			t.Errorf("shard %d holds %d of %d clusters", i+1, n, clusters)
		}
	}
	if all := (Shard{}); !all.Holds("x") || all.String() != "" {
		t.Error("the zero shard does not hold all")
	}
}

func TestParseShard(t *testing.T) {
	for _, text := range []string{"2", "0/5", "6/5", "a/b", "1/", "/3", "-1/3", "1/0", "1/2/3"} {
		if _, err := ParseShard(text); err == nil ||
			err.Error() != fmt.Sprintf("%q is not a shard: use 2/5 for the second of five", text) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if s, err := ParseShard("2/5"); err != nil || s.String() != "2/5" {
		t.Errorf("2/5: %v %v", s, err)
	}
}
