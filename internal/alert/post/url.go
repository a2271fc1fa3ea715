package post

import (
	"net/url"

	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// OneURL reports a URL that is missing, given twice, or none, without showing it.
func OneURL(field string, given secret.String, file string) error {
	switch {
	case given.IsZero() && file == "":
		return yamlfile.Invalid(field, "missing: set the URL here or in %s_file", field)
	case !given.IsZero() && file != "":
		return yamlfile.Invalid(field+"_file", "the address is given twice: keep %s or %s_file", field, field)
	case given.IsZero():
		return nil
	}
	if u, err := url.Parse(given.Reveal()); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return yamlfile.Invalid(field, "is not a URL: write it as https://host/path")
	}
	return nil
}
