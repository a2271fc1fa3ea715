package awsconf

import (
	"context"
	"net/http"

	smithy "github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// largestAnswer bounds what a client of the SDK reads of one answer, in bytes after decompression. A full page of GetMetricData
// (100,800 datapoints) has about 2 MB.
const largestAnswer = 64 << 20

// limitAnswers has every client of the session fail on a longer answer, instead of reading it into memory.
func limitAnswers(stack *smithy.Stack) error {
	limit := func(ctx context.Context, in smithy.DeserializeInput, next smithy.DeserializeHandler) (smithy.DeserializeOutput,
		smithy.Metadata, error) {
		out, metadata, err := next.HandleDeserialize(ctx, in)
		if resp, ok := out.RawResponse.(*smithyhttp.Response); ok && resp.Body != nil {
			resp.Body = http.MaxBytesReader(nil, resp.Body, largestAnswer)
		}
		return out, metadata, err
	}
	// After all others is next to the wire: what decodes the answer gets the limited one.
	return stack.Deserialize.Add(smithy.DeserializeMiddlewareFunc("mskfitLimitAnswers", limit), smithy.After)
}
