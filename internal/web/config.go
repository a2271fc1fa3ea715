package web

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path"
	"strings"

	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config says where to listen.
type Config struct {
	// Listen is the address (default 127.0.0.1:9444: loopback only). Port 0 picks a free one.
	Listen string `yaml:"listen"`
	// WebConfigFile names a web configuration file of Prometheus's exporter toolkit, for TLS and basic authentication.
	// Empty: plain HTTP, for loopback.
	WebConfigFile string `yaml:"web_config_file"`
	// Hosts are further names under which the pages may be read, with * and ? as patterns: "mskfit.internal", "*.example.com". IP
	// addresses, localhost, the name in listen and that of alerts.external_url are known. Where a password or a client certificate
	// is asked for, every name will do.
	Hosts []string `yaml:"hosts"`
	// MaintenanceToken lets anyone who sends it (Authorization: Bearer) declare and end maintenance; MaintenanceTokenFile holds it.
	// Empty: users of basic_auth_users or with a client certificate may, and without these only this machine. Reading needs no
	// token.
	MaintenanceToken     secret.String `yaml:"maintenance_token"`
	MaintenanceTokenFile string        `yaml:"maintenance_token_file"`
}

// DefaultConfig returns the configuration with every default.
func DefaultConfig() Config { return Config{Listen: "127.0.0.1:9444"} }

// Validate reports every value that cannot work.
func (c Config) Validate() error {
	var errs []error
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		errs = append(errs, yamlfile.Invalid("listen", "%q is not an address: write it as 127.0.0.1:9444", c.Listen))
	}
	for i, h := range c.Hosts {
		if _, err := path.Match(h, ""); err != nil || h == "" || strings.ContainsAny(h, "/: ") {
			errs = append(errs, yamlfile.Invalid(fmt.Sprintf("hosts[%d]", i),
				"%q is not a host name: write it without scheme and port, as mskfit.example.com", h))
		}
	}
	if c.WebConfigFile != "" {
		if _, err := os.Stat(c.WebConfigFile); err != nil {
			errs = append(errs, yamlfile.Invalid("web_config_file", "%v", fileError(err)))
		}
	}
	if !c.MaintenanceToken.IsZero() && c.MaintenanceTokenFile != "" {
		errs = append(errs, yamlfile.Invalid("maintenance_token_file",
			"the token is given twice: keep maintenance_token or maintenance_token_file"))
	}
	if c.MaintenanceTokenFile != "" {
		if _, err := os.Stat(c.MaintenanceTokenFile); err != nil {
			errs = append(errs, yamlfile.Invalid("maintenance_token_file", "%v", fileError(err)))
		}
	}
	if passwords, err := asksForPassword(c.WebConfigFile); err == nil && passwords &&
		(!c.MaintenanceToken.IsZero() || c.MaintenanceTokenFile != "") {
		errs = append(errs, yamlfile.Invalid("maintenance_token",
			"cannot be sent beside a password of basic_auth_users: remove it, with a password, maintenance can be changed"))
	}
	return errors.Join(errs...)
}

func fileError(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("there is no such file: %w", err)
	}
	return err
}
