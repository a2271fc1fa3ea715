package awsconf

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Service is a service of which a few operations are called. The SDK's client of one adds 1 MB and more to the program.
type Service struct {
	// SDKID is its name in the SDK, by which an endpoint is configured: "Cost Explorer".
	SDKID string
	// Prefix begins its host names, before the region: "ce", "api.pricing".
	Prefix string
	// Name is its name in signatures: "ce", "pricing".
	Name string
	// GovIsFIPS: in AWS GovCloud the usual address is the one that is validated to FIPS 140.
	GovIsFIPS bool
}

// mostAnswer bounds an answer in bytes.
const mostAnswer = 8 << 20

// PostJSON sends one signed request of the AWS JSON 1.1 protocol to the region of c and reads the answer into out. It is tried
// once; [Retry] repeats it. target is the header X-Amz-Target. An error of the service is a [smithy.APIError] within a
// [smithyhttp.ResponseError], and one of the connection a [smithyhttp.RequestSendError], as the SDK's clients return them.
func (service Service) PostJSON(ctx context.Context, c aws.Config, target string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	header := http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {target}}
	text, err := service.post(ctx, c, header, body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("the answer cannot be read: %w", err)
	}
	return nil
}

// PostQuery is PostJSON for the AWS Query protocol: in is a form with Action and Version, the answer is XML.
func (service Service) PostQuery(ctx context.Context, c aws.Config, in url.Values, out any) error {
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	text, err := service.post(ctx, c, header, []byte(in.Encode()))
	if err != nil {
		return err
	}
	if err := xml.Unmarshal(text, out); err != nil {
		return fmt.Errorf("the answer cannot be read: %w", err)
	}
	return nil
}

// post signs and sends one request, and returns the body of a good answer.
func (service Service) post(ctx context.Context, c aws.Config, header http.Header, body []byte) ([]byte, error) {
	address, err := service.endpoint(ctx, c)
	if err != nil {
		return nil, err
	}
	address = strings.TrimSuffix(address, "/") + "/"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = header
	request.Header.Set("User-Agent", "mskfit")
	credentials, err := c.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, fmt.Errorf("get identity: get credentials: %w", err)
	}
	sum := sha256.Sum256(body)
	err = v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(sum[:]), service.Name, c.Region, time.Now())
	if err != nil {
		return nil, err
	}
	client := c.HTTPClient
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, &smithyhttp.RequestSendError{Err: err}
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, refusal(answer, text)
	}
	return text, nil
}

// endpoint is the service's address: that of the configuration, the environment or the profile, else the usual one. FIPS 140
// has one of its own, and goes with no other (the rules of the SDK's clients).
func (service Service) endpoint(ctx context.Context, c aws.Config) (string, error) {
	configured, err := configuredEndpoint(ctx, c, service.SDKID)
	if err != nil {
		return "", err
	}
	fips, err := usesFIPS(ctx, c)
	switch {
	case err != nil:
		return "", err
	case fips && configured != "":
		return "", fmt.Errorf("%s has a configured endpoint, which cannot be used with fips: remove one of them", service.SDKID)
	case configured != "":
		return configured, nil
	case c.Region == "":
		return "", fmt.Errorf("no AWS region for %s: set AWS_REGION", service.SDKID)
	case fips && !(service.GovIsFIPS && Partition(c.Region) == "aws-us-gov"):
		return "https://" + service.Prefix + "-fips." + c.Region + "." + dnsSuffix(c.Region), nil
	}
	return "https://" + service.Prefix + "." + c.Region + "." + dnsSuffix(c.Region), nil
}

// configuredEndpoint is the address that was set for the service; "": none was.
func configuredEndpoint(ctx context.Context, c aws.Config, sdkID string) (string, error) {
	for _, source := range c.ConfigSources {
		if asked, ok := source.(interface {
			GetServiceBaseEndpoint(ctx context.Context, sdkID string) (string, bool, error)
		}); ok {
			if address, found, err := asked.GetServiceBaseEndpoint(ctx, sdkID); err != nil || found {
				return address, err
			}
		}
	}
	return aws.ToString(c.BaseEndpoint), nil
}

// usesFIPS reports whether the first source that says anything asks for endpoints validated to FIPS 140.
func usesFIPS(ctx context.Context, c aws.Config) (bool, error) {
	for _, source := range c.ConfigSources {
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

// refusal is the error of the service as the SDK's clients return it: its code is in the header or the body, as JSON or XML.
func refusal(answer *http.Response, text []byte) error {
	var said struct {
		Type    string `json:"__type" xml:"Error>Code"`
		Message string `json:"message" xml:"Error>Message"` // or Message: json takes both
	}
	if json.Unmarshal(text, &said) != nil {
		_ = xml.Unmarshal(text, &said) // or a proxy has answered
	}
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
