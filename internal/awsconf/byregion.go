package awsconf

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// ByRegion returns a function that gives the SDK's configuration for a region. Its session is opened once, when it is first needed.
func ByRegion(c Config, o Options) func(ctx context.Context, region string) (aws.Config, error) {
	var once sync.Once
	var session *Session
	var err error
	return func(ctx context.Context, region string) (aws.Config, error) {
		once.Do(func() { session, err = Open(ctx, c, region, o) })
		if err != nil {
			return aws.Config{}, err
		}
		return session.In(region), nil
	}
}
