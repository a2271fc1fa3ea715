package targets

import (
	"errors"

	"github.com/mskfit/mskfit/internal/secret"
)

// Readable reports the files of secrets that the named target is to read and cannot. They are read for every message, so that
// a missing one would be noticed by an alert that is not delivered.
func (c Config) Readable(name string) error {
	var errs []error
	for _, file := range c.Targets[name].files() {
		if file != "" {
			_, err := secret.Resolve(secret.String{}, file)
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// files are the files of secrets, empty where none is named.
func (t Target) files() []string {
	switch {
	case t.Slack != nil:
		return []string{t.Slack.URLFile, t.Slack.TokenFile}
	case t.Webhook != nil:
		return []string{t.Webhook.URLFile, t.Webhook.SecretFile}
	case t.Alertmanager != nil:
		return []string{t.Alertmanager.URLFile}
	case t.Teams != nil:
		return []string{t.Teams.URLFile}
	case t.PagerDuty != nil:
		return []string{t.PagerDuty.RoutingKeyFile}
	}
	return nil
}
