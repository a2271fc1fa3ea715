package plan_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var scriptLine = regexp.MustCompile(`(?m)^(create|grow|pause)(?: (\S+) (\d+))?`)

// Whatever the topics are, no more than 250 partitions are made between two pauses, every topic ends with its partitions, and
// no pause is without need.
func TestCreationIsPacedForServerless(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		counts := rapid.SliceOfN(rapid.IntRange(1, 600), 1, 5).Draw(rt, "partitions")
		text := "region: us-east-1\nworkload:\n  topics:\n"
		total := 0
		for i, n := range counts {
			text += fmt.Sprintf("    - {name: t%d, partitions: %d, ingress: 1KBps}\n", i, n)
			total += n
		}
		if total > 2400 {
			rt.Skip("more than Serverless takes")
		}
		text += "requirements: {authentication: [iam], broker_configuration: []}\n"
		got, err := files(input(t, "paced", text), "serverless", nil)
		if err != nil {
			rt.Fatal(err)
		}
		_, body, _ := strings.Cut(got["create-topics.sh"], "\n# paced\n")
		have, made, pauses := map[string]int{}, 0, 0
		for _, m := range scriptLine.FindAllStringSubmatch(body, -1) {
			if m[1] == "pause" {
				made, pauses = 0, pauses+1
				continue
			}
			n, err := strconv.Atoi(m[3])
			if err != nil || (m[1] == "create") != (have[m[2]] == 0) {
				rt.Fatalf("line %q (error %v) in\n%s", m[0], err, body)
			}
			made, have[m[2]] = made+n-have[m[2]], n
			if made > 250 {
				rt.Fatalf("%d partitions without a pause in\n%s", made, body)
			}
		}
		for i, n := range counts {
			if have[fmt.Sprint("t", i)] != n {
				rt.Fatalf("t%d gets %d partitions, want %d", i, have[fmt.Sprint("t", i)], n)
			}
		}
		if most := 2 * total / 250; pauses > most { // two stretches in a row make more than 250
			rt.Fatalf("%d pauses for %d partitions, at most %d are needed:\n%s", pauses, total, most, body)
		}
	})
}
