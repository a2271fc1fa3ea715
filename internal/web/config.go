package web

import (
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config says where to listen.
type Config struct {
	// Listen is the address (default 127.0.0.1:9444: loopback alone). Port 0 takes a free one.
	Listen string `yaml:"listen"`
	// WebConfigFile names a web configuration file of Prometheus's exporter toolkit, for TLS and basic authentication.
	// Empty: plain HTTP, for loopback.
	WebConfigFile string `yaml:"web_config_file"`
}

// DefaultConfig returns the configuration with every default.
func DefaultConfig() Config { return Config{Listen: "127.0.0.1:9444"} }

// Validate reports every value that cannot work.
func (c Config) Validate() error {
	var errs []error
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		errs = append(errs, yamlfile.Invalid("listen", "%q is not an address: write it as 127.0.0.1:9444", c.Listen))
	}
	if c.WebConfigFile != "" {
		if _, err := os.Stat(c.WebConfigFile); err != nil {
			errs = append(errs, yamlfile.Invalid("web_config_file", "%v", fileError(err)))
		}
	}
	return errors.Join(errs...)
}

func fileError(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("there is no such file: %w", err)
	}
	return err
}
