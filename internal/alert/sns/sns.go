// Package sns publishes alerts to an Amazon SNS topic: a short subject, a text for people, and message attributes
// (cluster, severity, kind, rule) for subscription filters. FIFO topics are recognized by their ".fifo" and get the
// cluster as message group and the message's ID for de-duplication.
package sns

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Config says which topic.
type Config struct {
	// TopicARN is the topic; its region is taken from it.
	TopicARN string `yaml:"topic_arn"`
	// KMSKeyARN is the key of your own that the topic is encrypted with, for mskfit permissions (default: none, or AWS's key).
	KMSKeyARN string `yaml:"kms_key_arn"`
	// Format is text, for people and e-mail, or json, the message as webhooks get it (default text).
	Format string `yaml:"format"`
	// TemplateFile replaces the text (default: the built-in one).
	TemplateFile string `yaml:"template_file"`
}

// SetDefaults fills in the defaults.
func (c *Config) SetDefaults() { c.Format = "text" }

var (
	topicARN = regexp.MustCompile(`^arn:aws[a-z-]*:sns:([a-z0-9-]+):[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$`)
	keyARN   = regexp.MustCompile(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$`)
)

// Validate reports every value that cannot work. It reads no file.
func (c Config) Validate() error {
	var errs []error
	if !topicARN.MatchString(c.TopicARN) {
		errs = append(errs, yamlfile.Invalid("topic_arn",
			"%q is not an SNS topic: write it as arn:aws:sns:us-east-1:123456789012:name", c.TopicARN))
	}
	if c.KMSKeyARN != "" && !keyARN.MatchString(c.KMSKeyARN) {
		errs = append(errs, yamlfile.Invalid("kms_key_arn",
			"%q is not a key: write it as arn:aws:kms:us-east-1:123456789012:key/id", c.KMSKeyARN))
	}
	if c.Format != "text" && c.Format != "json" {
		errs = append(errs, yamlfile.Invalid("format", "%q is not a format: write text or json", c.Format))
	}
	return errors.Join(errs...)
}

// Region is the region of the topic; empty when the ARN is malformed.
func (c Config) Region() string {
	if m := topicARN.FindStringSubmatch(c.TopicARN); m != nil {
		return m[1]
	}
	return ""
}

// Limits of Publish (AWS SDK model of 2026-08): a message of 262,144 bytes, of which the attributes are part, and a subject
// below 100 characters of ASCII.
const (
	maxMessage = 262144 - maxAttributes
	maxSubject = 99
	// maxAttributes is the room kept for names, types and values of the attributes.
	maxAttributes = 4096
)

// service is SNS. Source of its addresses: the SDK's endpoint rules (service/sns v1.47.9).
var service = awsconf.Service{SDKID: "SNS", Prefix: "sns", Name: "sns", GovIsFIPS: true}

// Target publishes messages.
type Target struct {
	cfg  Config
	aws  aws.Config
	text alert.Template
}

var _ alert.Target = (*Target)(nil)

// New returns a target that publishes with an identity, in the topic's region.
func New(cfg Config, identity aws.Config, text alert.Template) *Target {
	return &Target{cfg: cfg, aws: identity, text: text}
}

// Send publishes the message.
func (t *Target) Send(ctx context.Context, m alert.Message) error {
	body, err := t.body(m)
	if err != nil {
		return &alert.Refusal{Permanent: true, Err: err}
	}
	err = awsconf.RetryWith(ctx, t.aws, func() error {
		var published struct { // its message ID is of no use here
			XMLName xml.Name `xml:"PublishResponse"`
		}
		return service.PostQuery(ctx, t.aws, t.form(m, body), &published)
	})
	if err != nil {
		return t.refusal(err)
	}
	return nil
}

// form is the request Publish (Amazon SNS API reference, 2010-03-31).
func (t *Target) form(m alert.Message, body string) url.Values {
	form := url.Values{"Action": {"Publish"}, "Version": {"2010-03-31"}, "TopicArn": {t.cfg.TopicARN},
		"Subject": {Subject(m.Title)},
		"Message": {body}}
	if strings.HasSuffix(t.cfg.TopicARN, ".fifo") {
		form.Set("MessageGroupId", group(m))
		form.Set("MessageDeduplicationId", m.ID)
	}
	values := attributes(m)
	for i, name := range slices.Sorted(maps.Keys(values)) {
		entry := fmt.Sprintf("MessageAttributes.entry.%d.", i+1)
		form.Set(entry+"Name", name)
		form.Set(entry+"Value.DataType", "String")
		form.Set(entry+"Value.StringValue", values[name])
	}
	return form
}

func (t *Target) body(m alert.Message) (string, error) {
	if t.cfg.Format == "json" {
		b, err := json.Marshal(m)
		if err == nil && len(b) > maxMessage {
			err = fmt.Errorf("the message has %d bytes as JSON, more than the %d that SNS accepts", len(b), maxMessage)
		}
		return string(b), err
	}
	return t.text.Render(m, maxMessage)
}

// Subject makes a title fit for SNS: printable ASCII on one line, below 100 characters, never empty.
func Subject(title string) string {
	var b strings.Builder
	for _, r := range title {
		switch {
		case r == '×':
			r = 'x'
		case r == '…':
			b.WriteString("..")
			r = '.'
		case r < ' ' || r > '~':
			r = '?'
		}
		b.WriteRune(r)
	}
	s := strings.TrimSpace(b.String())
	if len(s) > maxSubject {
		s = s[:maxSubject-3] + "..."
	}
	if s == "" {
		return "mskfit"
	}
	return s
}

// attributes are for subscription filters; SNS refuses empty ones.
func attributes(m alert.Message) map[string]string {
	values := map[string]string{"kind": string(m.Kind), "severity": string(m.Severity), "cluster": m.Cluster, "region": m.Region}
	if len(m.Items) > 0 {
		values["rule"] = m.Items[0].Key
	}
	for name, value := range values {
		values[name] = alert.Cut(value, maxAttributes/len(values)-100)
	}
	maps.DeleteFunc(values, func(_, value string) bool { return value == "" })
	return values
}

// group orders a FIFO topic's messages by cluster.
func group(m alert.Message) string {
	if m.Cluster == "" {
		return "mskfit"
	}
	return m.Cluster
}

// permanent are the answers that the same message will get again and again.
var permanent = map[string]bool{"InvalidParameter": true, "InvalidParameterValue": true, "NotFound": true, "EndpointDisabled": true}

// refusal says what SNS answered, with the policy statement that is missing where one is.
func (t *Target) refusal(err error) error {
	call := awsconf.Call{Action: "sns:Publish", Region: t.cfg.Region(), Resource: t.cfg.TopicARN}
	explained := awsconf.Explain(call, err)
	why := explained
	var api smithy.APIError
	if !errors.As(err, &api) {
		return why
	}
	code := api.ErrorCode()
	if strings.HasPrefix(code, "KMS") && code != "KMSThrottling" || awsconf.KindOf(explained) == awsconf.Denied {
		why = fmt.Errorf("%w; a topic encrypted with your own key also needs kms:GenerateDataKey* and kms:Decrypt on that key, in its policy and in the caller's", why)
	}
	r := &alert.Refusal{Permanent: permanent[code], Err: why}
	switch code {
	case "Throttled", "ThrottledException", "Throttling", "KMSThrottling":
		r.After = time.Minute
	}
	return r
}

// Statements are the IAM policy statements that publishing needs. A key's own policy must allow the same on the key.
func (c Config) Statements() []awsconf.Statement {
	out := []awsconf.Statement{{Sid: "Publish", Actions: []string{"sns:Publish"}, Resource: []string{c.TopicARN}}}
	if c.KMSKeyARN != "" {
		out = append(out, awsconf.Statement{Sid: "Encrypt", Actions: []string{"kms:GenerateDataKey*", "kms:Decrypt"},
			Resource: []string{c.KMSKeyARN}})
	}
	return out
}
