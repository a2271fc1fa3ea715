package catalog

import (
	"errors"
	"io/fs"
	"maps"
	"slices"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

// profileFile is profiles.yaml.
type profileFile struct {
	Profiles []Profile `yaml:"profiles"`
}

func (l *loader) profiles() {
	if _, err := fs.Stat(l.files, "profiles.yaml"); errors.Is(err, fs.ErrNotExist) {
		return
	}
	var file profileFile
	read(l, "profiles.yaml", &file, l.checkProfiles)
	for _, p := range file.Profiles {
		l.catalog.Profiles[p.Name] = p
	}
}

func (l *loader) checkProfiles(_ *yamlfile.Document, file *profileFile) error {
	var c checks
	seen := map[string]bool{}
	for i, p := range file.Profiles {
		at := indexed("profiles", i)
		c.text(at+".name", p.Name, "give the profile a name")
		c.once(at+".name", p.Name, seen)
		l.known(&c, at+".source", p.Source, false)
		l.profile(&c, at, p)
	}
	return c.err()
}

// profile checks that every constant of a profile is there and in its range.
func (l *loader) profile(c *checks, at string, p Profile) {
	c.positive(at+".broker_multiple", float64(p.BrokerMultiple))
	c.positive(at+".broker_limit", float64(p.BrokerLimit))
	c.positive(at+".hours_per_month", p.HoursPerMonth)
	c.oneOf(at+".data_unit", p.DataUnit, "GB", "GiB")

	s, at2 := p.Standard, at+".standard"
	c.oneOf(at2+".method", s.Method, "capacity", "table")
	c.oneOf(at2+".partition_limit", s.PartitionLimit, "recommended", "max")
	c.positive(at2+".storage_headroom", s.StorageHeadroom)
	c.positive(at2+".max_storage_gib", s.MaxStorageGiB)
	if s.Method == "capacity" {
		c.share(at2+".utilization", s.Utilization)
		c.positive(at2+".storage_factor", s.StorageFactor)
		c.positive(at2+".tiered_factor", s.TieredFactor)
		c.positive(at2+".network_base", s.NetworkBase)
		c.positive(at2+".fan_out_factor", s.FanOutFactor)
		c.oneOf(at2+".throughput", s.Throughput, "script", "default")
	}
	for i, size := range s.ProvisionedFrom {
		c.knownSize(l.catalog, indexed(at2+".provisioned_from", i), size)
	}

	e, at3 := p.Express, at+".express"
	c.oneOf(at3+".method", e.Method, "script", "table")
	c.oneOf(at3+".partition_limit", e.PartitionLimit, "recommended", "max")
	if e.Method == "table" {
		c.optionalShare(at3+".ingress_factor", e.IngressFactor)
		c.optionalShare(at3+".egress_factor", e.EgressFactor)
	}
	if e.Method == "script" {
		c.positive(at3+".ingress_factor", e.IngressFactor)
		c.positive(at3+".egress_factor", e.EgressFactor)
	}
	for _, key := range slices.Sorted(maps.Keys(p.PriceOverrides)) {
		field := at + ".price_overrides." + key
		c.positive(field, p.PriceOverrides[key])
		if !slices.Contains(PriceKeys(), key) {
			c.knownSize(l.catalog, field, key)
		}
	}
	for _, size := range slices.Sorted(maps.Keys(p.PartitionOverrides)) {
		c.positive(at+".partition_overrides."+size, float64(p.PartitionOverrides[size]))
		c.knownSize(l.catalog, at+".partition_overrides."+size, size)
	}
	l.notes(c, at+".corrections", p.Corrections)
}

// share refuses what is not above 0 and at most 1.
func (c *checks) share(field string, value float64) {
	if !(value > 0 && value <= 1) {
		c.add(field, "%v: required, above 0 and at most 1", value)
	}
}

// optionalShare refuses what is neither 0 (not given) nor a share.
func (c *checks) optionalShare(field string, value float64) {
	if value != 0 {
		c.share(field, value)
	}
}

func (c *checks) knownSize(catalog *Catalog, field, size string) {
	if !catalog.HasSize(size) {
		c.add(field, "%q is not a size of the catalog", size)
	}
}
