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

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go"
)

// JSONService is a service of which one operation is called. Its client would add more than 2 MB to the program.
type JSONService struct {
	// SDKID is its name in the SDK, by which an endpoint is configured; SigningName the one in signatures; URL its usual address.
	SDKID, SigningName, URL string
}

// mostAnswer bounds an answer in bytes.
const mostAnswer = 8 << 20

// Call sends one signed request of the AWS JSON 1.1 protocol and reads the answer into out. It is tried once. target is the header
// X-Amz-Target. An error of the service is a [smithy.APIError].
func (s *Session) Call(ctx context.Context, service JSONService, region, target string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	url, err := s.endpoint(ctx, service)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(url, "/")+"/", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", target)
	c := s.In(region)
	credentials, err := c.Credentials.Retrieve(ctx)
	if err != nil {
		return fmt.Errorf("get identity: get credentials: %w", err)
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(sum[:]), service.SigningName, region,
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

// endpoint is the service's address: that of the configuration, the environment or the profile, else the usual one.
func (s *Session) endpoint(ctx context.Context, service JSONService) (string, error) {
	for _, source := range s.base.ConfigSources {
		configured, ok := source.(interface {
			GetServiceBaseEndpoint(ctx context.Context, sdkID string) (string, bool, error)
		})
		if !ok {
			continue
		}
		if url, found, err := configured.GetServiceBaseEndpoint(ctx, service.SDKID); err != nil || found {
			return url, err
		}
	}
	if s.base.BaseEndpoint != nil {
		return *s.base.BaseEndpoint, nil
	}
	return service.URL, nil
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
	return &smithy.GenericAPIError{Code: code, Message: said.Message, Fault: fault}
}
