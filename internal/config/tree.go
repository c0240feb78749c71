package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"
)

// Bounds of what is read.
const (
	maxFileBytes = 1 << 20
	maxEntries   = 100_000
	// maxFolders is how deep modules may lie below their directory.
	maxFolders = 8
)

// settled is how long before it was read a file must have been written for its time stamp to be trusted: two
// writes within one tick of the file system's clock look the same (FAT counts in steps of 2 s).
const settled = 2 * time.Second

// tree reads the configuration directory and nothing outside of it: links that lead out are refused.
type tree struct{ root *os.Root }

func openTree(dir string) (*tree, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &tree{root}, nil
}

func (t *tree) close() { _ = t.root.Close() }

// list returns the entries of a directory by name, without hidden ones, among which are the shadow directories
// of Kubernetes volumes and the temporary files of editors. A directory that is not there is empty.
func (t *tree) list(dir string) ([]fs.DirEntry, error) {
	f, err := t.root.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	entries, err := f.ReadDir(maxEntries + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(entries) > maxEntries {
		return nil, fmt.Errorf("more than %d entries", maxEntries)
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return strings.HasPrefix(e.Name(), ".") })
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// isDir reports whether an entry is a directory or a link to one inside the tree.
func (t *tree) isDir(path string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := t.root.Stat(path)
	return err == nil && info.IsDir()
}

// file is one file as it was last read.
type file struct {
	path string
	// data is the content; reason says why there is none.
	data   []byte
	reason string
	info   fs.FileInfo
	read   time.Time
}

// refresh reads f again unless its status shows that it is the same, and reports whether data or reason changed.
func (t *tree) refresh(f *file) bool {
	info, err := t.root.Stat(f.path)
	if err == nil && f.unchanged(info) {
		return false
	}
	data, reason := f.data, f.reason
	first := f.read.IsZero()
	f.info, f.read = info, time.Now()
	f.data, f.reason = t.content(f.path, info, err)
	return first || f.reason != reason || !bytes.Equal(f.data, data)
}

func (f *file) unchanged(info fs.FileInfo) bool {
	return f.info != nil && f.reason == "" && os.SameFile(f.info, info) && f.info.Size() == info.Size() &&
		f.info.ModTime().Equal(info.ModTime()) && f.read.Sub(info.ModTime()) > settled
}

// content reads a file within the bounds, or says why not.
func (t *tree) content(path string, info fs.FileInfo, err error) ([]byte, string) {
	switch {
	case err != nil:
		return nil, t.unreadable(path, err)
	case !info.Mode().IsRegular():
		return nil, "not a regular file"
	case info.Size() > maxFileBytes:
		return nil, fmt.Sprintf("the file has %d bytes; at most %d are read", info.Size(), maxFileBytes)
	}
	f, err := t.root.Open(path)
	if err != nil {
		return nil, t.unreadable(path, err)
	}
	defer func() { _ = f.Close() }()
	// The file may have grown since.
	data, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	switch {
	case err != nil:
		return nil, t.unreadable(path, err)
	case len(data) > maxFileBytes:
		return nil, fmt.Sprintf("the file has more than %d bytes", maxFileBytes)
	}
	return data, ""
}

func (t *tree) unreadable(path string, err error) string {
	if link, lerr := t.root.Lstat(path); lerr == nil && link.Mode()&fs.ModeSymlink != 0 {
		return "a link that leads nowhere or out of the configuration directory"
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		return "no permission to read the file"
	}
	return "cannot be read"
}
