// Command packages writes the .deb and .rpm files of a release from .goreleaser.yaml, without the rest of GoReleaser.
//
//	packages -root ../.. -binary /tmp/mskfit -version 0.1.0 -arch amd64 -date 2026-03-02T10:00:00Z -out /tmp/dist
//
// With -format deb it writes that one alone.
//
// Make release-files comes before it. Paths other than -root are absolute.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/goreleaser/goreleaser/v2/pkg/config"
	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb"
	"github.com/goreleaser/nfpm/v2/files"
	_ "github.com/goreleaser/nfpm/v2/rpm"
)

func main() {
	var p pack
	var date string
	root := flag.String("root", ".", "the repository's root")
	flag.StringVar(&p.binary, "binary", "mskfit", "the program")
	flag.StringVar(&p.version, "version", "", "its version")
	flag.StringVar(&p.arch, "arch", "amd64", "its architecture")
	flag.StringVar(&date, "date", "", "the commit's date, as 2026-03-02T10:00:00Z")
	flag.StringVar(&p.format, "format", "", "deb or rpm; empty: both")
	flag.StringVar(&p.out, "out", "dist", "the folder to write to")
	flag.Parse()
	var err error
	if p.date, err = time.Parse(time.RFC3339, date); err == nil {
		err = os.Chdir(*root)
	}
	if err == nil {
		err = p.write()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "packages:", err)
		os.Exit(1)
	}
}

type pack struct {
	binary, version, arch, format, out string
	date                               time.Time
}

func (p pack) write() error {
	project, err := config.Load(".goreleaser.yaml")
	if err != nil {
		return err
	}
	var errs []error
	for _, n := range project.NFPMs {
		for _, format := range n.Formats {
			if p.format != "" && p.format != format {
				continue
			}
			errs = append(errs, p.writeOne(n, format))
		}
	}
	return errors.Join(errs...)
}

func (p pack) writeOne(n config.NFPM, format string) error {
	contents := files.Contents{{Source: p.binary, Destination: filepath.Join(n.Bindir, "mskfit"),
		FileInfo: &files.ContentFileInfo{Mode: 0o755, MTime: p.date}}}
	for _, c := range n.Contents {
		contents = append(contents, &files.Content{Source: c.Source, Destination: c.Destination, Type: c.Type, Packager: c.Packager,
			FileInfo: &files.ContentFileInfo{Owner: c.FileInfo.Owner, Group: c.FileInfo.Group, Mode: c.FileInfo.Mode,
				MTime: p.date}})
	}
	info := nfpm.WithDefaults(&nfpm.Info{
		Name: n.PackageName, Arch: p.arch, Platform: "linux", Version: p.version, Section: n.Section, Priority: n.Priority,
		MTime:      p.date,
		Maintainer: n.Maintainer, Description: n.Description, Vendor: n.Vendor, Homepage: n.Homepage, License: n.License,
		Overridables: nfpm.Overridables{
			Recommends: n.Recommends, Contents: contents,
			Scripts: nfpm.Scripts{PostInstall: n.Scripts.PostInstall, PreRemove: n.Scripts.PreRemove,
				PostRemove: n.Scripts.PostRemove},
			RPM: nfpm.RPM{BuildHost: "localhost"},
		},
	})
	if err := nfpm.PrepareForPackager(info, format); err != nil {
		return err
	}
	packager, err := nfpm.Get(format)
	if err != nil {
		return err
	}
	path := filepath.Join(p.out, packager.ConventionalFileName(info))
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := packager.Package(info, f); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	fmt.Println(path)
	return f.Close()
}
