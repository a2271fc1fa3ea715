package awsconf

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// JSONService is a service whose one operation is called. Its client would add more than 2 MB to the program.
type JSONService struct {
	// SDKID is its name in the SDK, by which an endpoint is configured: "Cost Explorer".
	SDKID string
	// Prefix is its name in host names and signatures: "ce".
	Prefix string
	// Suffix ends its host names, behind the region: "amazonaws.com".
	Suffix string
}

// mostAnswer bounds an answer in bytes.
const mostAnswer = 8 << 20

// PostJSON sends one signed request of the AWS JSON 1.1 protocol and reads the answer into out. It is tried once. target is the
// header X-Amz-Target. An error of the service is a [smithy.APIError] within a [smithyhttp.ResponseError], as the SDK's clients
// return it.
func (s *Session) PostJSON(ctx context.Context, service JSONService, region, target string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	url, err := s.endpoint(ctx, service, region)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(url, "/")+"/", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", target)
	request.Header.Set("User-Agent", "mskfit")
	c := s.In(region)
	credentials, err := c.Credentials.Retrieve(ctx)
	if err != nil {
		return fmt.Errorf("get identity: get credentials: %w", err)
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(sum[:]), service.Prefix, region,
		time.Now()); err != nil {
		return err
	}
	answer, err := c.HTTPClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return refusal(answer, text)
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("the answer cannot be read: %w", err)
	}
	return nil
}

// endpoint is the service's address: that of the configuration, the environment or the profile, else the usual one. FIPS 140
// has one of its own, and goes with no other (the rules of the SDK's clients).
func (s *Session) endpoint(ctx context.Context, service JSONService, region string) (string, error) {
	configured, err := s.configured(ctx, service.SDKID)
	if err != nil {
		return "", err
	}
	fips, err := s.fips(ctx)
	switch {
	case err != nil:
		return "", err
	case fips && configured != "":
		return "", fmt.Errorf("%s has a configured endpoint, which cannot be used with fips: remove one of them", service.SDKID)
	case configured != "":
		return configured, nil
	case fips:
		return "https://" + service.Prefix + "-fips." + region + "." + service.Suffix, nil
	}
	return "https://" + service.Prefix + "." + region + "." + service.Suffix, nil
}

// configured is the address that somebody has set for the service; "": no one.
func (s *Session) configured(ctx context.Context, sdkID string) (string, error) {
	for _, source := range s.base.ConfigSources {
		if asked, ok := source.(interface {
			GetServiceBaseEndpoint(ctx context.Context, sdkID string) (string, bool, error)
		}); ok {
			if url, found, err := asked.GetServiceBaseEndpoint(ctx, sdkID); err != nil || found {
				return url, err
			}
		}
	}
	return aws.ToString(s.base.BaseEndpoint), nil
}

// fips reports whether the first source that says anything asks for endpoints validated to FIPS 140.
func (s *Session) fips(ctx context.Context) (bool, error) {
	for _, source := range s.base.ConfigSources {
		if asked, ok := source.(interface {
			GetUseFIPSEndpoint(ctx context.Context) (aws.FIPSEndpointState, bool, error)
		}); ok {
			if state, found, err := asked.GetUseFIPSEndpoint(ctx); err != nil || found {
				return state == aws.FIPSEndpointStateEnabled, err
			}
		}
	}
	return false, nil
}

// refusal is the error of the service as the SDK's clients return it: its code is in the header or the body.
func refusal(answer *http.Response, text []byte) error {
	var said struct {
		Type    string `json:"__type"`
		Message string `json:"message"` // or Message: json takes both
	}
	_ = json.Unmarshal(text, &said) // a proxy may have answered
	code := answer.Header.Get("X-Amzn-ErrorType")
	if code == "" {
		code = said.Type
	}
	if code == "" {
		code, said.Message = http.StatusText(answer.StatusCode), fmt.Sprintf("status %d", answer.StatusCode)
	}
	code, _, _ = strings.Cut(code[strings.LastIndex(code, "#")+1:], ":")
	fault := smithy.FaultClient
	if answer.StatusCode >= http.StatusInternalServerError {
		fault = smithy.FaultServer
	}
	return &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: answer},
		Err: &smithy.GenericAPIError{Code: code, Message: said.Message, Fault: fault}}
}
