package apikeys

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// FileName is where keys are stored in a configuration directory unless a flag says otherwise.
const FileName = "keys.json"

// Bounds of a key file.
const (
	MaxFileBytes = 64 << 20
	MaxKeys      = 100_000
)

const fileVersion = 1

// File is the content of a key file.
type File struct {
	Version int   `json:"version"`
	Keys    []Key `json:"keys"`
}

// Create adds a new key to the file and returns it. This is the only time that it is seen.
func (f *File) Create(r Request, now time.Time) (secret string, key Key, err error) {
	if len(f.Keys) == MaxKeys {
		return "", Key{}, fmt.Errorf("the key file holds %d keys, which is the most it may", MaxKeys)
	}
	if secret, key, err = New(r, now); err != nil {
		return "", Key{}, err
	}
	f.Keys = append(f.Keys, key)
	return secret, key, nil
}

// Change applies change to the key of that id and returns what it has become; when change fails, nothing changes.
func (f *File) Change(id string, change func(*Key) error) (Key, error) {
	for i := range f.Keys {
		if f.Keys[i].ID != id {
			continue
		}
		changed := f.Keys[i]
		if err := change(&changed); err != nil {
			return Key{}, err
		}
		f.Keys[i] = changed
		return changed, nil
	}
	return Key{}, fmt.Errorf("no API key has the id %q", id)
}

// NewFile returns a file without keys.
func NewFile() *File { return &File{Version: fileVersion, Keys: []Key{}} }

// ReadFile reads a key file; for a missing one the error is fs.ErrNotExist. Whatever is wrong with one key
// refuses the whole file, since a key that is skipped might be a revocation.
func ReadFile(path string) (*File, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read API keys: %w", err)
	}
	defer func() { _ = in.Close() }()
	raw, err := io.ReadAll(io.LimitReader(in, MaxFileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read API keys: %w", err)
	}
	if len(raw) > MaxFileBytes {
		return nil, fmt.Errorf("%s: a key file has at most %d bytes", path, MaxFileBytes)
	}
	file, err := ParseFile(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return file, nil
}

// ParseFile reads the content of a key file.
func ParseFile(raw []byte) (*File, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	file := &File{}
	if err := decoder.Decode(file); err != nil {
		return nil, fmt.Errorf("not a key file: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("not a key file: something follows the JSON object")
	}
	if err := file.validate(); err != nil {
		return nil, err
	}
	return file, nil
}

func (f *File) validate() error {
	if f.Version != fileVersion {
		return fmt.Errorf("key file version %d is not supported, only %d", f.Version, fileVersion)
	}
	if len(f.Keys) > MaxKeys {
		return fmt.Errorf("a key file has at most %d keys, not %d", MaxKeys, len(f.Keys))
	}
	ids := make(map[string]struct{}, len(f.Keys))
	hashes := make(map[Hash]struct{}, len(f.Keys))
	secrets := 0
	for i := range f.Keys {
		key := &f.Keys[i]
		if err := key.Validate(); err != nil {
			return fmt.Errorf("key %d (%q): %w", i+1, key.ID, err)
		}
		for _, hash := range key.Hashes() {
			hashes[hash] = struct{}{}
		}
		ids[key.ID], secrets = struct{}{}, secrets+len(key.Hashes())
		if len(ids) != i+1 || len(hashes) != secrets {
			return fmt.Errorf("key %d (%q) stands twice", i+1, key.ID)
		}
	}
	return nil
}

// Update reads the file (a missing one holds no keys), applies change and replaces the file in one step, all under a lock, so that
// processes that run at the same time lose nothing and readers never see half of it. When change fails,
// nothing is written.
func Update(path string, change func(*File) error) error {
	// A rename would replace a symbolic link instead of what it points to.
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	// The lock is a file of its own: the key file itself is replaced, and a lock on it would go with it.
	unlock, err := lockedfile.MutexAt(filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".lock")).Lock()
	if err != nil {
		return fmt.Errorf("lock API keys: %w", err)
	}
	defer unlock()
	file, err := ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		file = NewFile()
	} else if err != nil {
		return err
	}
	if err := change(file); err != nil {
		return err
	}
	raw, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return fmt.Errorf("encode API keys: %w", err)
	}
	if err := replace(path, append(raw, '\n')); err != nil {
		return fmt.Errorf("write API keys: %w", err)
	}
	return nil
}

// replace writes a temporary file beside path and renames it. A new file is for its owner only; one that
// exists keeps its permissions, so that a group that serves it can go on reading.
func replace(path string, content []byte) (err error) {
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = temporary.Close()
			_ = os.Remove(temporary.Name())
		}
	}()
	if info, statErr := os.Stat(path); statErr == nil {
		if err := temporary.Chmod(info.Mode().Perm()); err != nil {
			return err
		}
	}
	if _, err := temporary.Write(content); err != nil {
		return err
	}
	// Without this a crash may leave an empty file under the new name.
	if err := temporary.Sync(); err != nil {
		return err
	}
	if err := temporary.Close(); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
