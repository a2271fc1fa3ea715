// Package overlay opens SQLite files on a disk that cannot be written: changes stay in memory. [New] makes a file system for
// one database;
// [FS.URL] is what to open.
package overlay

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
)

// FS is a file system for SQLite that reads what is on disk and writes nothing there: changed pages stay in memory. It is
// for one connection, so its locks do nothing.
type FS struct {
	mu sync.Mutex
	// name is that under which SQLite knows it.
	name string
	// files are those that were asked for, by name; nil: deleted.
	files map[string]*overlayFile
	// pages counts the changed pages of all files.
	pages int
}

const overlayPage = 4096

var (
	_ vfs.VFS  = (*FS)(nil)
	_ vfs.File = (*overlayFile)(nil)
)

var made atomic.Int64

// New makes a file system; no one else may write to the files while it is in use.
func New() *FS {
	o := &FS{name: fmt.Sprintf("mskfit-overlay-%d", made.Add(1)), files: map[string]*overlayFile{}}
	vfs.Register(o.name, o)
	return o
}

// URL is the name under which the file is opened. Without shared memory, what is in the file's write-ahead log is read by an
// exclusive connection.
func (o *FS) URL(file string) string {
	q := url.Values{"_txlock": {"immediate"}, "vfs": {o.name},
		"_pragma": {"locking_mode(exclusive)", "journal_mode(memory)", "temp_store(memory)", "cache_size(-2000)"}}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(file), RawQuery: q.Encode()}).String()
}

// Open opens a file of the disk or of the memory.
func (o *FS) Open(name string, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	const lasting = vfs.OPEN_MAIN_DB | vfs.OPEN_MAIN_JOURNAL | vfs.OPEN_WAL
	if flags&lasting == 0 {
		return &vfsutil.SliceFile{}, flags | vfs.OPEN_MEMORY, nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	f, err := o.find(name)
	if err != nil {
		return nil, flags, sqlite3.CANTOPEN
	}
	if f == nil {
		f = &overlayFile{over: o, pages: map[int64]*[overlayPage]byte{}}
		o.files[name] = f
	}
	return f, flags, nil
}

// find returns the file; nil when there is none. The caller holds mu.
func (o *FS) find(name string) (*overlayFile, error) {
	if f, known := o.files[name]; known {
		return f, nil
	}
	disk, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	info, err := disk.Stat()
	if err != nil {
		return nil, errors.Join(err, disk.Close())
	}
	f := &overlayFile{over: o, disk: disk, onDisk: info.Size(), size: info.Size(), pages: map[int64]*[overlayPage]byte{}}
	o.files[name] = f
	return f, nil
}

// Delete forgets the file; on disk it stays.
func (o *FS) Delete(name string, _ bool) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if f := o.files[name]; f != nil {
		f.cut(0)
	}
	o.files[name] = nil
	return nil
}

// Access reports whether the file is there.
func (o *FS) Access(name string, _ vfs.AccessFlag) (bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f, err := o.find(name)
	return f != nil, err
}

// FullPathname is the name.
func (o *FS) FullPathname(name string) (string, error) { return name, nil }

// Used is how many bytes of memory the changes take.
func (o *FS) Used() int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return int64(o.pages) * overlayPage
}

// Close lets go of the files on disk; the database must be closed before.
func (o *FS) Close() {
	vfs.Unregister(o.name)
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, f := range o.files {
		if f != nil && f.disk != nil {
			_ = f.disk.Close() // it was read alone
		}
	}
}

// overlayFile is one file: pages that were written are in memory, the first onDisk bytes of the others on disk, and the rest
// is zero.
type overlayFile struct {
	over         *FS
	disk         *os.File
	onDisk, size int64
	pages        map[int64]*[overlayPage]byte
}

// ReadAt reads up to the end of the file.
func (f *overlayFile) ReadAt(b []byte, off int64) (n int, err error) {
	f.over.mu.Lock()
	defer f.over.mu.Unlock()
	if short := f.size - off; short < int64(len(b)) {
		b, err = b[:max(0, short)], io.EOF
	}
	for n < len(b) {
		at := off + int64(n)
		page, from := at/overlayPage, at%overlayPage
		part := b[n:min(len(b), n+int(overlayPage-from))]
		if p := f.pages[page]; p != nil {
			copy(part, p[from:])
		} else if err := f.fromDisk(part, at); err != nil {
			return n, err
		}
		n += len(part)
	}
	return n, err
}

// fromDisk fills b with what the disk has from off on, and with zeros.
func (f *overlayFile) fromDisk(b []byte, off int64) error {
	clear(b)
	if off >= f.onDisk {
		return nil
	}
	_, err := f.disk.ReadAt(b[:min(int64(len(b)), f.onDisk-off)], off)
	if errors.Is(err, io.EOF) { // it is shorter by now: what was there is among the pages
		return nil
	}
	return err
}

// WriteAt keeps b in memory.
func (f *overlayFile) WriteAt(b []byte, off int64) (n int, err error) {
	f.over.mu.Lock()
	defer f.over.mu.Unlock()
	for n < len(b) {
		at := off + int64(n)
		p, err := f.page(at / overlayPage)
		if err != nil {
			return n, err
		}
		n += copy(p[at%overlayPage:], b[n:])
	}
	f.size = max(f.size, off+int64(n))
	return n, nil
}

// page returns a page to write to.
func (f *overlayFile) page(number int64) (*[overlayPage]byte, error) {
	p := f.pages[number]
	if p == nil {
		p = &[overlayPage]byte{}
		if err := f.fromDisk(p[:], number*overlayPage); err != nil {
			return nil, err
		}
		f.pages[number] = p
		f.over.pages++
	}
	return p, nil
}

// Truncate cuts the file, or makes it longer by zeros.
func (f *overlayFile) Truncate(size int64) error {
	f.over.mu.Lock()
	defer f.over.mu.Unlock()
	f.cut(size)
	return nil
}

func (f *overlayFile) cut(size int64) {
	for number, p := range f.pages {
		switch rest := size - number*overlayPage; {
		case rest <= 0:
			delete(f.pages, number)
			f.over.pages--
		case rest < overlayPage:
			clear(p[rest:])
		}
	}
	f.onDisk, f.size = min(f.onDisk, size), size
}

// Size is the length in bytes.
func (f *overlayFile) Size() (int64, error) {
	f.over.mu.Lock()
	defer f.over.mu.Unlock()
	return f.size, nil
}

// Close keeps everything: the same file may be opened again.
func (f *overlayFile) Close() error { return nil }

// Sync does nothing: there is no disk.
func (f *overlayFile) Sync(vfs.SyncFlag) error { return nil }

// Lock does nothing: there is one connection.
func (f *overlayFile) Lock(vfs.LockLevel) error { return nil }

// Unlock does nothing.
func (f *overlayFile) Unlock(vfs.LockLevel) error { return nil }

// CheckReservedLock finds no other connection.
func (f *overlayFile) CheckReservedLock() (bool, error) { return false, nil }

// SectorSize is the default.
func (f *overlayFile) SectorSize() int { return 0 }

// DeviceCharacteristics are those of memory.
func (f *overlayFile) DeviceCharacteristics() vfs.DeviceCharacteristic {
	return vfs.IOCAP_POWERSAFE_OVERWRITE | vfs.IOCAP_SAFE_APPEND
}
