package folder

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config says where the reports go.
type Config struct {
	// Directory is the folder (default reports, below the data directory). Empty: no files are written.
	Directory string `yaml:"directory"`
	// Keep is how many reports of each cluster are kept (default 60, 1–10000).
	Keep int `yaml:"keep"`
	// Formats are text, markdown, html and json (default all).
	Formats []string `yaml:"formats"`
	// S3 is a bucket that gets the same files (default: none).
	S3 S3 `yaml:"s3"`
}

// S3 is a bucket for reports. The identity is that of aws; it needs s3:PutObject, s3:DeleteObject and s3:ListBucket.
type S3 struct {
	// Bucket is its name; empty: no bucket.
	Bucket string `yaml:"bucket"`
	// Prefix is put in front of every name, "mskfit/" for one (default: none).
	Prefix string `yaml:"prefix"`
	// Region is the bucket's (default us-east-1).
	Region string `yaml:"region"`
}

// DefaultConfig returns the configuration with every default.
func DefaultConfig() Config {
	return Config{Directory: "reports", Keep: 60, Formats: []string{"text", "markdown", "html", "json"},
		S3: S3{Region: "us-east-1"}}
}

// bucketName is what AWS allows (Bucket naming rules of the S3 user guide), where a pattern can say it.
var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// Validate reports every value that cannot work.
func (c Config) Validate() error {
	var errs []error
	if c.Keep < 1 || c.Keep > 10000 {
		errs = append(errs, yamlfile.Invalid("keep", "%d must be from 1 to 10000", c.Keep))
	}
	if (c.Directory != "" || c.S3.Bucket != "") && len(c.Formats) == 0 {
		errs = append(errs, yamlfile.Invalid("formats",
			"empty: name text, markdown, html or json, or leave directory empty to write none"))
	}
	for i, f := range c.Formats {
		if !slices.Contains(slices.Collect(maps.Keys(formats)), f) {
			errs = append(errs, yamlfile.Invalid(fmt.Sprintf("formats[%d]", i),
				"%q is not a format: write text, markdown, html or json", f))
		}
	}
	if c.S3.Bucket != "" && !bucketName.MatchString(c.S3.Bucket) {
		errs = append(errs, yamlfile.Invalid("s3.bucket",
			"%q is not a bucket's name: 3 to 63 small letters, digits, dots and dashes", c.S3.Bucket))
	}
	if c.S3.Bucket != "" && c.S3.Region == "" {
		errs = append(errs, yamlfile.Invalid("s3.region", "missing: name the region of the bucket"))
	}
	return errors.Join(errs...)
}

// Statements are what the bucket must allow; none without one.
func (c Config) Statements() []awsconf.Statement {
	if c.S3.Bucket == "" {
		return nil
	}
	arn := "arn:" + awsconf.Partition(c.S3.Region) + ":s3:::" + c.S3.Bucket
	return []awsconf.Statement{
		{Sid: "WriteReports", Actions: []string{"s3:PutObject", "s3:DeleteObject"},
			Resource: []string{arn + "/" + c.S3.Prefix + "*"}},
		{Sid: "ListReports", Actions: []string{"s3:ListBucket"}, Resource: []string{arn}},
	}
}
