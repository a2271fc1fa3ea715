package history

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"os"
	"path/filepath"
)

// FileFacts keeps each document as a file in a folder, replaced in one step: a crash leaves the old one or the new one.
type FileFacts struct{ Dir string }

var _ Facts = FileFacts{}

// SaveFacts writes the document beside the old one, forces it to disk and puts it in its place.
func (f FileFacts) SaveFacts(_ context.Context, cluster string, doc []byte) error {
	if err := os.MkdirAll(f.Dir, 0o750); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(f.Dir, "*.tmp")
	if err != nil {
		return err
	}
	_, err = tmp.Write(doc)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), f.path(cluster))
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}

// LoadFacts reads the document.
func (f FileFacts) LoadFacts(_ context.Context, cluster string) ([]byte, error) {
	doc, err := os.ReadFile(f.path(cluster))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return doc, err
}

// path makes a file name of any cluster name; long ones by their checksum.
func (f FileFacts) path(cluster string) string {
	name := url.PathEscape(cluster)
	if len(name) > 200 {
		sum := sha256.Sum256([]byte(cluster))
		name = hex.EncodeToString(sum[:])
	}
	return filepath.Join(f.Dir, name+".json")
}
