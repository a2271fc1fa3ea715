package sns

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/mskfit/mskfit/internal/alert"
	"github.com/mskfit/mskfit/internal/testbed"
)

func TestMessagesReachAQueueThroughSNS(t *testing.T) {
	address := testbed.MiniStack(t)
	cfg := aws.Config{Region: "us-east-1", BaseEndpoint: &address,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
	client, queues := sns.NewFromConfig(cfg), sqs.NewFromConfig(cfg)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	topic, err := client.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("alerts")})
	if err != nil {
		t.Fatal(err)
	}
	queue, err := queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("alerts")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Subscribe(ctx, &sns.SubscribeInput{TopicArn: topic.TopicArn, Protocol: aws.String("sqs"),
		Endpoint: aws.String("arn:aws:sqs:us-east-1:000000000000:alerts")}); err != nil {
		t.Fatal(err)
	}
	c := Config{TopicARN: *topic.TopicArn}
	c.SetDefaults()
	if err := New(c, cfg, alert.DefaultTemplate()).Send(ctx, alert.ExampleMessage()); err != nil {
		t.Fatal(err)
	}
	got, err := queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: queue.QueueUrl, WaitTimeSeconds: 10})
	if err != nil || len(got.Messages) != 1 {
		t.Fatalf("the queue gave %v, %v", got, err)
	}
	var n struct {
		Subject, Message  string
		MessageAttributes map[string]struct{ Value string }
	}
	if err := json.Unmarshal([]byte(*got.Messages[0].Body), &n); err != nil {
		t.Fatal(err)
	}
	if n.Subject != "shop: warning: ingress per cluster at 82 % of the limit and 2 more" {
		t.Errorf("subject %q", n.Subject)
	}
	for _, want := range []string{"RAISED  ingress per cluster  ████████░░ 82 %",
		"what to do: cluster: spread it over 2 Serverless clusters",
		"moved most since 2026-02-23: topic orders +21 MB/s (70 % of the change)"} {
		if !strings.Contains(n.Message, want) {
			t.Errorf("the message does not say %q:\n%s", want, n.Message)
		}
	}
	if n.MessageAttributes["severity"].Value != "warning" || n.MessageAttributes["cluster"].Value != "shop" {
		t.Errorf("attributes %v", n.MessageAttributes)
	}
}

// published is SNS: it notes the form that it gets and accepts it, or refuses it with a code.
type published struct {
	form          url.Values
	code, message string
}

func (p *published) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm() // the form is compared below
	p.form = r.PostForm
	if p.code == "" {
		fmt.Fprint(w, `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`)
		return
	}
	w.WriteHeader(http.StatusBadRequest)
	fmt.Fprintf(w, `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>`,
		p.code, p.message)
}

// identity reaches the handler.
func identity(t *testing.T, handler http.Handler) aws.Config {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return aws.Config{Region: "us-east-1", BaseEndpoint: &server.URL,
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "")}
}

func TestFIFOTopicsGetGroupAndDeduplication(t *testing.T) {
	p := &published{}
	target := &Target{cfg: Config{TopicARN: "arn:aws:sns:us-east-1:123456789012:alerts.fifo", Format: "json"}, aws: identity(t, p)}
	if err := target.Send(t.Context(), alert.ExampleMessage()); err != nil {
		t.Fatal(err)
	}
	if group, id := p.form.Get("MessageGroupId"), p.form.Get("MessageDeduplicationId"); group != "shop" || id != "example" {
		t.Errorf("group %q, deduplication %q", group, id)
	}
	if message := p.form.Get("Message"); !json.Valid([]byte(message)) {
		t.Errorf("the message is no JSON: %s", message)
	}
}

func TestMessagesFitTheLimits(t *testing.T) {
	p := &published{}
	target := &Target{cfg: Config{TopicARN: "arn:aws:sns:us-east-1:123456789012:alerts", Format: "text"}, aws: identity(t, p),
		text: alert.DefaultTemplate()}
	m := alert.ExampleMessage()
	m.Title = strings.Repeat("ü", 500) + "\r\n"
	m.Items[0].Reason = strings.Repeat("é", 300_000)
	if err := target.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if message, subject := p.form.Get("Message"), p.form.Get("Subject"); len(message) > maxMessage || len(subject) > maxSubject ||
		message == "" || subject == "" {
		t.Errorf("message of %d bytes, subject of %d", len(message), len(subject))
	}
}

func TestSubject(t *testing.T) {
	for in, want := range map[string]string{
		"orders: 6 × express.m7g.large": "orders: 6 x express.m7g.large", "": "mskfit", "a\nb": "a?b", "größer": "gr??er",
		"cut…":                   "cut...",
		strings.Repeat("a", 100): strings.Repeat("a", 96) + "...",
	} {
		if got := Subject(in); got != want {
			t.Errorf("Subject(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, tc := range []struct {
		code, message string
		permanent     bool
		contains      string
	}{
		{"NotFound", "Topic does not exist", true, "not found: Topic does not exist"},
		{"AuthorizationError", "not authorized", false, `sns:Publish`},
		{"KMSAccessDenied", "the ciphertext refers to a key", false, "kms:GenerateDataKey* and kms:Decrypt on that key"},
		{"InternalError", "try again", false, "InternalError"},
	} {
		target := &Target{cfg: Config{Format: "json"}, aws: identity(t, &published{code: tc.code, message: tc.message})}
		err := target.Send(t.Context(), alert.Message{Title: "x"})
		var r *alert.Refusal
		permanent := errors.As(err, &r) && r.Permanent
		if err == nil || permanent != tc.permanent || !strings.Contains(err.Error(), tc.contains) {
			t.Errorf("%s: permanent %t, %v", tc.code, permanent, err)
		}
	}
}

// A server that cannot be reached is no refusal for good.
func TestWithoutAConnection(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	target := &Target{cfg: Config{Format: "json"}, aws: aws.Config{Region: "us-east-1", BaseEndpoint: &server.URL,
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "")}}
	err := target.Send(t.Context(), alert.Message{Title: "x"})
	var r *alert.Refusal
	if errors.As(err, &r) && r.Permanent || err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("got %v", err)
	}
}

func TestValidate(t *testing.T) {
	c := Config{TopicARN: "arn:aws:sns:us-east-1:1:x", Format: "xml", KMSKeyARN: "alias/mine"}
	err := c.Validate()
	for _, want := range []string{"topic_arn:", "is not an SNS topic", `format: "xml" is not a format`,
		`kms_key_arn: "alias/mine" is not a key`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
	if got := (Config{TopicARN: "arn:aws-cn:sns:cn-north-1:123456789012:a.fifo"}).Region(); got != "cn-north-1" {
		t.Errorf("region %q", got)
	}
}

func TestStatements(t *testing.T) {
	c := Config{TopicARN: "arn:aws:sns:us-east-1:123456789012:a"}
	if got := c.Statements(); len(got) != 1 || got[0].Actions[0] != "sns:Publish" || got[0].Resource[0] != c.TopicARN {
		t.Errorf("statements %+v", got)
	}
	c.KMSKeyARN = "arn:aws:kms:us-east-1:123456789012:key/0a1b"
	if got := c.Statements(); len(got) != 2 || got[1].Resource[0] != c.KMSKeyARN {
		t.Errorf("statements %+v", got)
	}
}
