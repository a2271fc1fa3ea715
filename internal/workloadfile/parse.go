package workloadfile

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Parse reads a workload file; file names it in problems, and names the workload where the file gives no name. Its error is
// a yamlfile.Problems with everything that is wrong, and comes without a workload.
func Parse(file string, data []byte) (workload.Workload, workload.Requirements, error) {
	var f File
	doc, _ := yamlfile.Decode(file, data, &f)
	if err := doc.Report(f.check(doc.Has)); err != nil {
		return workload.Workload{}, workload.Requirements{}, err
	}
	if f.Name == "" {
		f.Name = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	}
	f.Workload.sort()
	return f.workload(), f.Requirements.Requirements(), nil
}

// sort puts topics and groups in the order of their names: the order of a file means nothing.
func (w *Workload) sort() {
	slices.SortFunc(w.Topics.List, func(a, b Topic) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(w.Groups.List, func(a, b Group) int { return cmp.Compare(a.Name, b.Name) })
}
