// Package slack delivers alerts to Slack: with an incoming webhook, or with a bot token, which also answers in threads and
// draws charts. Start with [Config] and [New]; [Blocks] are the message in Slack's Block Kit, and [Preview] shows them
// without Slack.
package slack

import (
	"errors"
	"regexp"
	"slices"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/alert/post"
	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config says where to post: only url, or token and channel.
type Config struct {
	// URL is an incoming webhook, https://hooks.slack.com/services/…, and a secret; URLFile holds it instead. It carries the
	// channel.
	URL     secret.String `yaml:"url"`
	URLFile string        `yaml:"url_file"`
	// Token is a bot token (xoxb-…) with the scopes chat:write and files:write; TokenFile holds it instead. With it later messages
	// on a cluster go into the thread of its first message, and a chart shows the last four weeks.
	Token     secret.String `yaml:"token"`
	TokenFile string        `yaml:"token_file"`
	// Channel is the channel's ID (C0123456789) or name, for the token. The bot must be a member.
	Channel string `yaml:"channel"`
	// Chart adds the chart (default true; token only).
	Chart bool `yaml:"chart"`
	// Mention is who is called by severity: "here", "channel", a user's ID (U0123456789) or a user group's (S0123456789).
	Mention map[string]string `yaml:"mention"`
	// TemplateFile replaces the middle of the message by a text of your own in Slack's mrkdwn (default: none).
	TemplateFile string `yaml:"template_file"`
	// Timeout bounds one attempt (default 10s, 1s–1m).
	Timeout time.Duration `yaml:"timeout"`
}

// SetDefaults fills in the defaults.
func (c *Config) SetDefaults() { c.Chart, c.Timeout = true, 10*time.Second }

var (
	channelName = regexp.MustCompile(`^#?[\p{L}\p{N}._-]{1,80}$`)
	memberID    = regexp.MustCompile(`^(here|channel|everyone|[UWS][A-Z0-9]{5,20})$`)
	mentionable = []string{string(drift.LevelWarning), string(drift.LevelCritical)}
)

// Validate reports every value that cannot work. It reads no file.
func (c Config) Validate() error {
	var errs []error
	bad := func(field, format string, args ...any) { errs = append(errs, yamlfile.Invalid(field, format, args...)) }
	hook, bot := !c.URL.IsZero() || c.URLFile != "", !c.Token.IsZero() || c.TokenFile != ""
	switch {
	case hook && bot:
		bad("url", "cannot be combined with a token: keep url (an incoming webhook), or token and channel (a bot)")
	case bot && c.Channel == "":
		bad("channel", "missing: a token needs the channel to post to")
	case bot && !channelName.MatchString(c.Channel):
		bad("channel", "%q is not a channel: write its ID, like C0123456789, or its name", c.Channel)
	case bot && !c.Token.IsZero() && c.TokenFile != "":
		bad("token_file", "the token is given twice: keep token or token_file")
	case hook && c.Channel != "":
		bad("channel", "an incoming webhook posts to its own channel: remove it, or use a token")
	case !hook && !bot:
		bad("url", "missing: give url (an incoming webhook), or token and channel (a bot)")
	case hook:
		errs = append(errs, post.OneURL("url", c.URL, c.URLFile))
	}
	for severity, who := range c.Mention {
		if !slices.Contains(mentionable, severity) {
			bad("mention."+severity, "is not a severity: write warning or critical")
		}
		if !memberID.MatchString(who) {
			bad("mention."+severity, "%q cannot be mentioned: use here, channel, or the ID of a user (U…) or user group (S…)", who)
		}
	}
	if c.Timeout < time.Second || c.Timeout > time.Minute {
		bad("timeout", "%s is out of range: use 1s to 1m", c.Timeout)
	}
	return errors.Join(errs...)
}

// bot reports whether a token is used.
func (c Config) bot() bool { return !c.Token.IsZero() || c.TokenFile != "" }

// mention is how Slack writes who is called at a severity; empty: no one.
func (c Config) mention(level drift.Level) string {
	switch who := c.Mention[string(level)]; {
	case who == "":
		return ""
	case who == "here", who == "channel", who == "everyone":
		return "<!" + who + ">"
	case who[0] == 'S':
		return "<!subteam^" + who + ">"
	default:
		return "<@" + who + ">"
	}
}
