package view

import (
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Reader is one topic with the groups that read it.
type Reader struct {
	// Groups lists names, shortened where they are many; FanOut is egress ÷ ingress.
	Topic, Groups, FanOut string
}

// Matrix says which group reads which topic: a row a topic, a column a group.
type Matrix struct {
	// Columns are the groups, those with the most egress first.
	Columns []MatrixColumn
	// Rows are the topics, those with the most ingress first.
	Rows []MatrixRow
	// More says what it leaves out.
	More string
}

// MatrixColumn is one group; Share is its part of the cluster's egress. Link leads to a page of its own; empty in a report.
type MatrixColumn struct {
	// Name is the consumer group's.
	Name, Share, Link string
}

// MatrixRow is one topic: Reads[i] is whether the group of column i reads it. FanOut is egress ÷ ingress.
type MatrixRow struct {
	// Name is the topic's; In is its ingress with unit.
	Name, In, FanOut, Link string
	// Reads has an entry for each of Matrix.Columns.
	Reads []bool
}

// mostInMatrix is how many topics and groups a matrix has at most; beyond that it is too wide to read, and a list is shown.
const mostInMatrix = 20

// read are the topics that have a group, the busiest first.
func read(v verdict.Verdict) []verdict.TopicFigures {
	all := byRate(v.Topics, func(t verdict.TopicFigures) (*workload.Quantity, string) { return t.IngressBytesPerSec, t.Name })
	return slices.DeleteFunc(all, func(t verdict.TopicFigures) bool { return len(t.Groups) == 0 })
}

// readers say which group reads which topic, for the busiest topics that have a group.
func readers(v verdict.Verdict) (rows []Reader, more string) {
	all := read(v)
	for _, t := range all[:min(shown, len(all))] {
		rows = append(rows, Reader{Topic: t.Name, Groups: nameList(t.Groups), FanOut: fanOut(t)})
	}
	return rows, left(len(all), shown, "topics with a group")
}

func fanOut(t verdict.TopicFigures) string {
	if in, out := t.IngressBytesPerSec, t.EgressBytesPerSec; in != nil && out != nil && in.Value > 0 {
		return times(out.Value / in.Value)
	}
	return unknown
}

// matrix is nil without a group, and where the busiest topics have more groups than it can show.
func matrix(v verdict.Verdict) *Matrix {
	all := read(v)
	m := Matrix{More: left(len(all), mostInMatrix, "topics with a group")}
	all = all[:min(mostInMatrix, len(all))]
	reads := map[string]bool{}
	for _, t := range all {
		for _, g := range t.Groups {
			reads[g] = true
		}
	}
	if len(reads) == 0 || len(reads) > mostInMatrix {
		return nil
	}
	columns := map[string]int{}
	add := func(name, share string) {
		if reads[name] {
			columns[name] = len(m.Columns)
			m.Columns = append(m.Columns, MatrixColumn{Name: name, Share: share})
			delete(reads, name)
		}
	}
	for _, g := range byRate(v.Groups, func(g verdict.GroupFigures) (*workload.Quantity, string) {
		return g.EgressBytesPerSec,
			g.Name
	}) {
		add(g.Name, share(g.EgressBytesPerSec, v.Workload.EgressBytesPerSec))
	}
	for _, t := range all { // groups that topics name and no one describes
		for _, g := range t.Groups {
			add(g, unknown)
		}
	}
	for _, t := range all {
		row := MatrixRow{Name: t.Name, In: rate(t.IngressBytesPerSec, byteRate), FanOut: fanOut(t),
			Reads: make([]bool, len(m.Columns))}
		for _, g := range t.Groups {
			row.Reads[columns[g]] = true
		}
		m.Rows = append(m.Rows, row)
	}
	return &m
}
