package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/twmb/franz-go/pkg/sasl"

	"github.com/mskfit/mskfit/internal/awsconf"
)

const (
	// connectAction is the IAM action of a login; the service that it is signed for is the part before the colon.
	connectAction = "kafka-cluster:Connect"
	iamService    = "kafka-cluster"
	// iamLifetime is how long a signed login is good for, in seconds.
	iamLifetime = "300"
	// iamVersion is the version of the mechanism's payload, the only one there is.
	iamVersion = "2020_10_22"
	// emptyPayload is the SHA-256 of nothing: the signed request has no body.
	emptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

// withIAM logs in with AWS_MSK_IAM. The payload is signed by the SDK's signer, and not by the Kafka client's own: that one cannot
// be given a region, and brokers behind private names do not show theirs.
func withIAM(cfg AWS, at Login) (beginLogin, error) {
	region := cfg.Region
	for i := 0; region == "" && i < len(at.Bootstrap); i++ {
		region = regionOf(at.Bootstrap[i])
	}
	session, err := awsconf.Open(context.Background(), cfg.config(), region, awsconf.Options{})
	if err != nil {
		return nil, at.Names.wrap("sasl.aws", err)
	}
	if region == "" {
		region = session.Region()
	}
	if region == "" {
		return nil, at.Names.wrap("sasl.aws.region",
			errors.New("the broker names do not contain the region: set it, or AWS_REGION"))
	}
	provider := session.In(region).Credentials
	return func(ctx context.Context, address string) (sasl.Session, []byte, error) {
		credentials, err := provider.Retrieve(ctx)
		if err != nil {
			err = awsconf.Explain(awsconf.Call{Action: connectAction, Region: region}, err)
			return nil, nil, &loginError{err.Error(), err}
		}
		payload, err := signLogin(ctx, credentials, place{address, region, at.ClientID}, at.Now())
		return iamSession{}, payload, err
	}, nil
}

var mskName = regexp.MustCompile(`\.([a-z]{2}(?:-[a-z]+)+-[0-9]+)\.amazonaws\.com(?:\.cn)?$`)

// regionOf reads the region out of a broker's name, or returns "".
func regionOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	if m := mskName.FindStringSubmatch(host); m != nil {
		return m[1]
	}
	return ""
}

// place is where a login is for, and the program that makes it.
type place struct{ address, region, clientID string }

// signLogin makes the payload of AWS_MSK_IAM: a presigned request to the broker's host, taken apart into its parameters.
func signLogin(ctx context.Context, c aws.Credentials, p place, at time.Time) ([]byte, error) {
	host, _, err := net.SplitHostPort(p.address)
	if err != nil {
		return nil, fmt.Errorf("sign a login at %s: %w", p.address, err)
	}
	name := host
	if strings.Contains(host, ":") { // an IPv6 address
		name = "[" + host + "]"
	}
	query := url.Values{"Action": {connectAction}, "X-Amz-Expires": {iamLifetime}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+name+"/?"+query.Encode(), nil)
	if err != nil {
		return nil, fmt.Errorf("sign a login at %s: %w", p.address, err)
	}
	signed, _, err := v4.NewSigner().PresignHTTP(ctx, c, req, emptyPayload, iamService, p.region, at)
	if err != nil {
		return nil, fmt.Errorf("sign a login at %s: %w", p.address, err)
	}
	u, err := url.Parse(signed)
	if err != nil {
		return nil, errors.New("sign a login: the signer returned no URL") // the cause would show it
	}
	payload := map[string]string{"version": iamVersion, "host": host, "user-agent": p.clientID}
	for key, values := range u.Query() {
		payload[strings.ToLower(key)] = values[0]
	}
	return json.Marshal(payload)
}

// iamSession is a login that is over with the broker's first answer, which is never empty.
type iamSession struct{}

// Challenge takes the broker's answer.
func (iamSession) Challenge(answer []byte) (done bool, reply []byte, err error) {
	if len(answer) == 0 {
		return false, nil, errors.New("the broker's answer to the login is empty")
	}
	return true, nil, nil
}
