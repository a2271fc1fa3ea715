package texttable_test

import (
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/texttable"
)

func TestMarkdown(t *testing.T) {
	table := texttable.New("topic", ">partitions", "")
	table.Row("orders", 12, "hot")
	table.Row(texttable.Cell("a|b\nc"), 1.5, "")
	var b strings.Builder
	table.Markdown(&b)
	want := `| topic | partitions |  |
| --- | ---: | --- |
| orders | 12 | hot |
| a\|b c | 1.5 |  |
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestMarkdownWithoutRowsKeepsTheTitles(t *testing.T) {
	var b strings.Builder
	texttable.New("cluster").Markdown(&b)
	if got, want := b.String(), "| cluster |\n| --- |\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
