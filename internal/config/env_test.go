package config

import (
	"strings"
	"testing"
)

func TestConfigurationFromTheEnvironment(t *testing.T) {
	t.Setenv("MSKFIT_TEST_CONFIG", "msk: [{regions: [eu-west-1]}]\nlog: {level: \"${MSKFIT_TEST_LEVEL}\"}\n")
	t.Setenv("MSKFIT_TEST_LEVEL", "debug")
	c, err := Load("env:MSKFIT_TEST_CONFIG")
	if err != nil || len(c.MSK) != 1 || c.Log.Level != "debug" {
		t.Errorf("%d lines of msk, log level %q, error %v", len(c.MSK), c.Log.Level, err)
	}
	t.Setenv("MSKFIT_TEST_LEVEL", "loud")
	if _, err := Load("env:MSKFIT_TEST_CONFIG"); err == nil ||
		!strings.HasPrefix(err.Error(), "env:MSKFIT_TEST_CONFIG:2:14: log.level: ") {
		t.Errorf("got %v", err)
	}
	if _, err := Load("env:MSKFIT_TEST_NONE"); err == nil ||
		!strings.Contains(err.Error(), "env:MSKFIT_TEST_NONE: the environment variable is not set") {
		t.Errorf("got %v", err)
	}
}
