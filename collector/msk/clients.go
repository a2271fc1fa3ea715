package msk

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/kafka"

	"github.com/mskfit/mskfit/internal/awsconf"
)

// Clients are what asks AWS about one region, as one identity. They are safe for concurrent use.
type Clients struct {
	Region     string
	kafka      *kafka.Client
	cloudwatch *cloudwatch.Client
}

// NewClients returns clients for the region of the SDK's configuration. Every attempt of every call waits for its turn; without a
// pace none does.
func NewClients(c aws.Config, pace Pace) Clients {
	c = paced(c, pace)
	return Clients{Region: c.Region, kafka: kafka.NewFromConfig(c), cloudwatch: cloudwatch.NewFromConfig(c, waitRatherThanPayTwice)}
}

// slowAnswers is how many times longer than other calls CloudWatch may take for an answer: one that is given up is billed, and
// asking again is billed again.
const slowAnswers = 4

// waitRatherThanPayTwice has the client wait for slow answers and not send a call again that may have been billed.
func waitRatherThanPayTwice(o *cloudwatch.Options) {
	if own, ok := o.HTTPClient.(*awshttp.BuildableClient); ok && own.GetTimeout() > 0 {
		o.HTTPClient = own.WithTimeout(slowAnswers * own.GetTimeout())
	}
	if inner, ok := o.Retryer.(aws.RetryerV2); ok {
		o.Retryer = onceSent{inner}
	}
}

// onceSent retries what AWS refused or what did not reach it.
type onceSent struct{ aws.RetryerV2 }

// IsErrorRetryable reports whether a call that failed this way is sent again.
func (r onceSent) IsErrorRetryable(err error) bool {
	return refused(err) && r.RetryerV2.IsErrorRetryable(err)
}

// Open returns the clients of every region of the configuration, which must be valid. It asks AWS nothing yet.
func Open(ctx context.Context, c Config, o awsconf.Options) ([]Clients, error) {
	session, err := awsconf.Open(ctx, c.AWS, c.Regions[0], o)
	if err != nil {
		return nil, fmt.Errorf("open AWS session: %w", err)
	}
	var out []Clients
	for _, region := range c.Regions {
		out = append(out, NewClients(session.In(region), nil))
	}
	return out, nil
}

// call names a call in this region for its errors.
func (c Clients) call(action, resource, object string) awsconf.Call {
	return awsconf.Call{Action: action, Resource: resource, Object: object, Region: c.Region}
}
