package catalog

import (
	"errors"
	"io/fs"
	"slices"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

// quotas2022 is serverless-2022.yaml: what AWS stated of Serverless then.
type quotas2022 struct {
	Date         string             `yaml:"date"`
	Quotas       []Quota            `yaml:"quotas"`
	TopicConfigs []TopicConfigBound `yaml:"topic_configs"`
}

// WithQuotas2022 returns a copy of the catalog with the Serverless quotas of July 2022 in place of today's, so that an old
// decision can be compared with a new one. It fails if the catalog was loaded without serverless-2022.yaml.
//
// In 2022 the 120 partitions were of any kind; the copy states 120 for compacted and for other ones.
func (c *Catalog) WithQuotas2022() (*Catalog, error) {
	if c.quotas2022 == nil {
		return nil, errors.New("quotas of 2022: this catalog was loaded without serverless-2022.yaml")
	}
	old := *c
	old.QuotasDate = c.quotas2022.Date
	old.Serverless.Quotas = slices.Clone(c.quotas2022.Quotas)
	old.Serverless.TopicConfigs = slices.Clone(c.Serverless.TopicConfigs)
	for _, was := range c.quotas2022.TopicConfigs {
		for i, now := range old.Serverless.TopicConfigs {
			if now.Name == was.Name {
				old.Serverless.TopicConfigs[i] = was
			}
		}
	}
	return &old, nil
}

func (l *loader) serverless2022() {
	if _, err := fs.Stat(l.files, "serverless-2022.yaml"); errors.Is(err, fs.ErrNotExist) {
		return
	}
	l.catalog.quotas2022 = &quotas2022{}
	read(l, "serverless-2022.yaml", l.catalog.quotas2022, func(doc *yamlfile.Document, q *quotas2022) error {
		var c checks
		c.day("date", q.Date, false)
		l.quotas(&c, doc, q.Quotas)
		l.topicConfigs(&c, q.TopicConfigs)
		return c.err()
	})
}
