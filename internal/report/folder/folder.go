// Package folder keeps the scheduled reports as files, in a folder, in an S3 bucket or in both: one dated set a run and
// cluster, an index page of the newest, and no more of the old ones than asked for.
package folder

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/mskfit/mskfit/internal/report"
	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

type format struct {
	extension, media string
	write            func(io.Writer, verdict.Verdict, view.Page) error
}

var formats = map[string]format{
	"text": {"txt", "text/plain; charset=utf-8", func(w io.Writer, _ verdict.Verdict, p view.Page) error {
		return report.Text(w, p, report.TextOptions{Details: true})
	}},
	"markdown": {"md", "text/markdown; charset=utf-8",
		func(w io.Writer, _ verdict.Verdict, p view.Page) error { return report.Markdown(w, p) }},
	"html": {"html", "text/html; charset=utf-8",
		func(w io.Writer, _ verdict.Verdict, p view.Page) error { return report.HTML(w, p) }},
	"json": {"json", "application/json", func(w io.Writer, v verdict.Verdict, _ view.Page) error { return report.JSON(w, v) }},
}

// Deps are what a Folder works with. Both may be nil: reports without charts, and no bucket.
type Deps struct {
	// Past reads what the charts of a cluster's report are drawn from.
	Past func(ctx context.Context, cluster string, w workload.Window) (view.Past, error)
	// AWS gives the SDK's configuration for a region.
	AWS func(ctx context.Context, region string) (aws.Config, error)
}

// Folder writes reports.
type Folder struct {
	cfg  Config
	deps Deps
}

// New returns a folder; it is created with the first report, and the bucket is asked nothing before.
func New(cfg Config, deps Deps) *Folder { return &Folder{cfg, deps} }

// stamp is the date in a report's name: it sorts, and every file system takes it.
const stamp = "2006-01-02T150405Z"

// store keeps files by their paths, with "/" between folders.
type store interface {
	put(ctx context.Context, name, media string, data []byte) error
	// list gives the names of the files in a folder; none for one that is not there.
	list(ctx context.Context, dir string) ([]string, error)
	// remove is no error where there is no such file.
	remove(ctx context.Context, name string) error
}

// stores are where the reports go.
func (f *Folder) stores(ctx context.Context) ([]store, error) {
	var out []store
	if f.cfg.Directory != "" {
		out = append(out, directory(f.cfg.Directory))
	}
	if f.cfg.S3.Bucket == "" {
		return out, nil
	}
	b, err := openBucket(ctx, f.cfg.S3, f.deps.AWS)
	if err != nil {
		return out, err
	}
	return append(out, b), nil
}

// Report writes the verdicts and then the index, so that the index never names a file that is not there; then it removes the
// oldest reports of each cluster. A cluster or a place that cannot be written does not keep the others from theirs.
func (f *Folder) Report(ctx context.Context, verdicts []verdict.Verdict, now time.Time) error {
	stores, err := f.stores(ctx)
	errs := []error{err}
	written := make([][]verdict.Verdict, len(stores))
	for _, v := range verdicts {
		if err := ctx.Err(); err != nil {
			return errors.Join(append(errs, err)...)
		}
		files, err := f.draw(ctx, v)
		if err != nil {
			errs = append(errs, err)
		}
		for i, s := range stores {
			if err := f.write(ctx, s, v.Cluster, files, now); err != nil {
				errs = append(errs, err)
				continue
			}
			written[i] = append(written[i], v)
		}
	}
	for i, s := range stores {
		errs = append(errs, f.index(ctx, s, written[i], now))
		for _, v := range written[i] {
			errs = append(errs, f.prune(ctx, s, v.Cluster))
		}
	}
	return errors.Join(errs...)
}

// draw makes the files of a verdict by their format. Without a past that can be read the report has no charts, and says so.
func (f *Folder) draw(ctx context.Context, v verdict.Verdict) (map[string][]byte, error) {
	var past view.Past
	var errs []error
	if f.deps.Past != nil {
		var err error
		if past, err = f.deps.Past(ctx, v.Cluster, v.Window); err != nil {
			past = view.Past{Missing: "No charts: the history could not be read."}
			errs = append(errs, fmt.Errorf("charts of %s: %w", v.Cluster, err))
		}
	}
	page := view.Of(v, past)
	files := map[string][]byte{}
	for _, name := range f.cfg.Formats {
		var b bytes.Buffer
		if err := formats[name].write(&b, v, page); err != nil {
			errs = append(errs, fmt.Errorf("report of %s as %s: %w", v.Cluster, name, err))
			continue
		}
		files[name] = b.Bytes()
	}
	return files, errors.Join(errs...)
}

func (f *Folder) write(ctx context.Context, s store, cluster string, files map[string][]byte, now time.Time) error {
	for _, name := range f.cfg.Formats {
		if data, ok := files[name]; ok {
			if err := s.put(ctx, fileName(cluster, now, name), formats[name].media, data); err != nil {
				return fmt.Errorf("report of %s: %w", cluster, err)
			}
		}
	}
	return nil
}

func fileName(cluster string, now time.Time, format string) string {
	return cluster + "/" + now.UTC().Format(stamp) + "." + formats[format].extension
}

// runs lists the dates of a cluster's reports, oldest first; files of other names are not ours.
func runs(ctx context.Context, s store, cluster string) ([]string, error) {
	names, err := s.list(ctx, cluster)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range names {
		date := strings.TrimSuffix(name, path.Ext(name))
		if _, err := time.Parse(stamp, date); err == nil {
			out = append(out, date)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func (f *Folder) prune(ctx context.Context, s store, cluster string) error {
	dates, err := runs(ctx, s, cluster)
	if err != nil {
		return fmt.Errorf("prune reports of %s: %w", cluster, err)
	}
	var errs []error
	for len(dates) > f.cfg.Keep {
		for _, format := range formats {
			if err := s.remove(ctx, cluster+"/"+dates[0]+"."+format.extension); err != nil {
				errs = append(errs, fmt.Errorf("prune reports of %s: %w", cluster, err))
			}
		}
		dates = dates[1:]
	}
	return errors.Join(errs...)
}
