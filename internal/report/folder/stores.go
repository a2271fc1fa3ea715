package folder

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/mskfit/mskfit/internal/wholefile"
)

// directory is a folder of this machine.
type directory string

func (d directory) put(_ context.Context, name, _ string, data []byte) error {
	file := filepath.Join(string(d), filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return wholefile.Write(file, data)
}

func (d directory) list(_ context.Context, dir string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(string(d), dir))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out, err
}

func (d directory) remove(_ context.Context, name string) error {
	if err := os.Remove(filepath.Join(string(d), filepath.FromSlash(name))); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// bucket is a bucket of Amazon S3.
type bucket struct {
	cfg    S3
	client *s3.Client
}

// openBucket makes a client; it asks AWS nothing yet.
func openBucket(ctx context.Context, cfg S3, in func(context.Context, string) (aws.Config, error)) (*bucket, error) {
	if in == nil {
		return nil, fmt.Errorf("reports in bucket %s: there is no access to AWS", cfg.Bucket)
	}
	c, err := in(ctx, cfg.Region)
	if err != nil {
		return nil, fmt.Errorf("reports in bucket %s: %w", cfg.Bucket, err)
	}
	// Emulators and buckets with dots in their names are reached by path.
	return &bucket{cfg, s3.NewFromConfig(c, func(o *s3.Options) {
		o.UsePathStyle = c.BaseEndpoint != nil || o.BaseEndpoint != nil || strings.Contains(cfg.Bucket, ".")
	})}, nil
}

func (b *bucket) put(ctx context.Context, name, media string, data []byte) error {
	_, err := b.client.PutObject(ctx, &s3.PutObjectInput{Bucket: &b.cfg.Bucket, Key: aws.String(b.cfg.Prefix + name),
		Body: bytes.NewReader(data), ContentType: &media})
	return b.explain("write "+name, err)
}

func (b *bucket) list(ctx context.Context, dir string) ([]string, error) {
	prefix := b.cfg.Prefix + dir + "/"
	var out []string
	pages := s3.NewListObjectsV2Paginator(b.client, &s3.ListObjectsV2Input{Bucket: &b.cfg.Bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, b.explain("list "+dir, err)
		}
		for _, o := range page.Contents {
			out = append(out, strings.TrimPrefix(aws.ToString(o.Key), prefix))
		}
	}
	return out, nil
}

func (b *bucket) remove(ctx context.Context, name string) error {
	_, err := b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.cfg.Bucket, Key: aws.String(b.cfg.Prefix + name)})
	return b.explain("remove "+name, err)
}

func (b *bucket) explain(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s in bucket %s: %w", what, b.cfg.Bucket, err)
}
