package daemon

import (
	"net/url"

	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/web"
)

// externalHost is the host of alerts.external_url in force; empty when none is set.
func (d *Daemon) externalHost() string {
	u, err := url.Parse(d.planned().cfg.Alerts.ExternalURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// warnExposed says at the start when everybody in the network can read the pages.
func (d *Daemon) warnExposed() {
	switch open, err := d.opened.Web.Exposed(); {
	case err != nil:
		d.log.Warn().Err(err).Msg("it is unknown whether web.web_config_file requires a password")
	case open:
		d.log.Warn().Str("listen", d.opened.Web.Listen).Msg("web.listen without authentication: " + web.ExposedAdvice)
	}
}

// sourceProblems lists the sources whose last attempt gave nothing, in the words of the source.
func sourceProblems(clusters []agent.ClusterStatus) []web.Problem {
	var out []web.Problem
	for _, c := range clusters {
		for _, s := range c.Sources {
			if s.Error == "" {
				continue
			}
			p := web.Problem{Part: "cluster " + c.Name, Why: s.Name + ": " + s.Error}
			if !s.CollectedAt.IsZero() {
				since := s.CollectedAt.UTC()
				p.Since = &since
			}
			out = append(out, p)
		}
	}
	return out
}
