package folder

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

func TestReportsGoToABucket(t *testing.T) {
	endpoint := testbed.MiniStack(t)
	in := func(_ context.Context, region string) (aws.Config, error) {
		return aws.Config{Region: region, BaseEndpoint: &endpoint,
			Credentials: credentials.NewStaticCredentialsProvider("id", "secret", "")}, nil
	}
	cfg := DefaultConfig()
	cfg.Directory, cfg.Keep, cfg.S3 = "", 2, S3{Bucket: "reports", Prefix: "mskfit/", Region: "us-east-1"}
	c, err := in(t.Context(), "us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	client := s3.NewFromConfig(c, func(o *s3.Options) { o.UsePathStyle = true })
	f := New(cfg, Deps{AWS: in})
	if err := f.Report(t.Context(), verdicts(), monday); err == nil || !strings.Contains(err.Error(), "in bucket reports") {
		t.Errorf("without the bucket the error says %v", err)
	}
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("reports")}); err != nil {
		t.Fatal(err)
	}
	for week := range 4 {
		if err := f.Report(t.Context(), verdicts(), monday.AddDate(0, 0, 7*week)); err != nil {
			t.Fatal(err)
		}
	}
	b := &bucket{cfg.S3, client}
	kept, err := runs(t.Context(), b, "orders")
	if want := []string{"2026-03-16T060000Z", "2026-03-23T060000Z"}; err != nil || !slices.Equal(kept, want) {
		t.Errorf("kept %v (%v), want %v", kept, err, want)
	}
	index, err := client.GetObject(t.Context(),
		&s3.GetObjectInput{Bucket: aws.String("reports"), Key: aws.String("mskfit/index.html")})
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(index.Body)
	if err != nil || aws.ToString(index.ContentType) != "text/html; charset=utf-8" ||
		!strings.Contains(string(text), "orders/2026-03-23T060000Z.html") {
		t.Errorf("the index is %s (%v):\n%s", aws.ToString(index.ContentType), err, text)
	}
}

func TestAReportWithoutItsPastSaysSo(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Directory = t.TempDir()
	f := New(cfg, Deps{Past: func(context.Context, string, workload.Window) (view.Past, error) {
		return view.Past{}, errors.New("the disk is gone")
	}})
	files, err := f.draw(t.Context(), verdicts()[0])
	if err == nil || !strings.Contains(err.Error(), "charts of orders: the disk is gone") {
		t.Errorf("the error says %v", err)
	}
	if !strings.Contains(string(files["html"]), "No charts: the history could not be read.") {
		t.Error("the page does not say why it has no charts")
	}
}
