package main

import (
	"net/url"

	"github.com/mskfit/mskfit/internal/web"
)

// externalHost is the host of alerts.external_url in force; empty when none is set.
func (d *daemon) externalHost() string {
	u, err := url.Parse(d.planned().cfg.Alerts.ExternalURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// warnExposed says at the start when everybody in the network can read the pages.
func (d *daemon) warnExposed() {
	switch open, err := d.opened.Web.Exposed(); {
	case err != nil:
		d.log.Warn().Err(err).Msg("it is not known whether web.web_config_file asks for a password")
	case open:
		d.log.Warn().Str("listen", d.opened.Web.Listen).Msg("web.listen without authentication: " + web.ExposedAdvice)
	}
}
