package promclient

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/mskfit/mskfit/internal/awsconf"
)

// signingName is that of Amazon Managed Prometheus in signatures.
const signingName = "aps"

// signer signs requests for Amazon Managed Prometheus on their way to next.
type signer struct {
	next        http.RoundTripper
	region      string
	credentials aws.CredentialsProvider
}

// newSigner reads where credentials come from. Without a role it also fetches them, so that missing ones are noticed at the start.
func newSigner(c SigV4, next http.RoundTripper) (*signer, error) {
	identity := awsconf.DefaultConfig()
	identity.Profile, identity.RoleARN = c.Profile, c.RoleARN
	session, err := awsconf.Open(context.Background(), identity, c.Region, awsconf.Options{})
	if err != nil {
		return nil, err
	}
	s := &signer{next: next, region: c.Region, credentials: session.In(c.Region).Credentials}
	if c.RoleARN == "" {
		if _, err := s.credentials.Retrieve(context.Background()); err != nil {
			return nil, fmt.Errorf("get AWS credentials: %w", err)
		}
	}
	return s, nil
}

// RoundTrip leaves req as it is and sends a signed copy.
func (s *signer) RoundTrip(req *http.Request) (*http.Response, error) {
	signed := req.Clone(req.Context())
	var body []byte
	if req.Body != nil {
		defer req.Body.Close()
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		signed.ContentLength = int64(len(body))
		signed.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		signed.Body, _ = signed.GetBody()
	}
	credentials, err := s.credentials.Retrieve(req.Context())
	if err != nil {
		return nil, fmt.Errorf("get AWS credentials: %w", err)
	}
	sum := sha256.Sum256(body)
	err = v4.NewSigner().SignHTTP(req.Context(), credentials, signed, hex.EncodeToString(sum[:]), signingName, s.region, time.Now())
	if err != nil {
		return nil, fmt.Errorf("sign the request: %w", err)
	}
	return s.next.RoundTrip(signed)
}

// CloseIdleConnections closes those of next.
func (s *signer) CloseIdleConnections() {
	if c, ok := s.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
