package keyring

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/meshwarden/meshwarden/extauthz/internal/identity"
	"github.com/meshwarden/meshwarden/internal/apikeys"
)

// FileOptions configure a File.
type FileOptions struct {
	// Logger takes what goes wrong with the file (default: nothing is logged).
	Logger *slog.Logger
	// Registerer takes the metrics; nil means that they are not shown.
	Registerer prometheus.Registerer
	// Poll is how often the file is looked at besides the operating system's notifications, which not all
	// file systems send (default 2s).
	Poll time.Duration
}

const (
	defaultPoll = 2 * time.Second
	// settle lets an editor that writes in several steps finish.
	settle = 20 * time.Millisecond
)

// File holds the API keys of a JSON file (package apikeys), which may be replaced at any time. It is a source for
// development and for what is managed elsewhere: uses are not counted.
type File struct {
	path string
	poll time.Duration
	log  *slog.Logger

	keys atomic.Pointer[map[apikeys.Hash]*apikeys.Key]
	// failure is why the file as it is now is not in use; nil when it is.
	failure atomic.Pointer[error]
	// seen is the file's state at the last reading; only Run uses it.
	seen os.FileInfo

	loaded, failed prometheus.Counter
	count          prometheus.Gauge
}

// OpenFile reads the file. A missing file holds no keys; a bad one is an error.
func OpenFile(path string, options FileOptions) (*File, error) {
	f := &File{path: path, poll: options.Poll, log: options.Logger}
	if f.poll <= 0 {
		f.poll = defaultPoll
	}
	if f.log == nil {
		f.log = slog.New(slog.DiscardHandler)
	}
	reloads := promauto.With(options.Registerer).NewCounterVec(prometheus.CounterOpts{
		Name: "meshwarden_extauthz_key_file_reloads_total",
		Help: "Readings of the API key file after a change, by result: ok or error.",
	}, []string{"result"})
	f.loaded, f.failed = reloads.WithLabelValues("ok"), reloads.WithLabelValues("error")
	f.count = promauto.With(options.Registerer).NewGauge(prometheus.GaugeOpts{
		Name: "meshwarden_extauthz_key_file_keys",
		Help: "API keys in use from the key file, expired and revoked ones included.",
	})
	f.keys.Store(&map[apikeys.Hash]*apikeys.Key{})
	f.seen, _ = os.Stat(path)
	if err := f.read(); err != nil {
		return nil, err
	}
	return f, nil
}

// Lookup finds a key.
func (f *File) Lookup(hash [32]byte) (identity.Key, bool) {
	key, ok := (*f.keys.Load())[hash]
	if !ok {
		return identity.Key{}, false
	}
	found := identity.Key{
		ID: key.ID, Tenant: key.Tenant, Subject: key.Subject, Roles: key.Roles, Scopes: key.Scopes,
		Expires: key.Expires, Revoked: !key.Revoked.IsZero(),
	}
	if key.Hash != hash {
		found.Expires = key.Previous.Expires
	}
	return found, true
}

// Complete is true: the last good file is all there is.
func (f *File) Complete() bool { return true }

// Ready reports whether the file as it is now is the one in use.
func (f *File) Ready() error {
	if err := f.failure.Load(); err != nil {
		return *err
	}
	return nil
}

// Run follows changes of the file until ctx ends. A bad file is logged and counted, and the last good one
// stays; so does it when the file goes away, since an empty store would be a denial for everyone.
func (f *File) Run(ctx context.Context) error {
	// The directory is watched, since a watch on the file would end with its first replacement.
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch API keys: %w", err)
	}
	defer func() { _ = watcher.Close() }()
	if err := watcher.Add(filepath.Dir(f.path)); err != nil {
		f.log.Warn("api key file is only polled", "file", f.path, "error", err)
	}
	ticker := time.NewTicker(f.poll)
	defer ticker.Stop()
	settled := time.NewTimer(settle)
	settled.Stop()
	defer settled.Stop()
	if f.changed() { // since it was opened
		f.reload()
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case event, ok := <-watcher.Events:
			if !ok {
				return errors.New("watch API keys: the watcher ended")
			}
			if filepath.Base(event.Name) == filepath.Base(f.path) {
				settled.Reset(settle)
			}
		case err := <-watcher.Errors: // events were lost; the poll finds what they said
			f.log.Warn("api key file watch failed", "file", f.path, "error", err)
		case <-settled.C:
			f.reload()
		case <-ticker.C:
			if f.changed() {
				f.reload()
			}
		}
	}
}

func (f *File) changed() bool {
	now, err := os.Stat(f.path)
	if err != nil || f.seen == nil {
		return (err == nil) != (f.seen != nil)
	}
	return !os.SameFile(now, f.seen) || now.Size() != f.seen.Size() || !now.ModTime().Equal(f.seen.ModTime())
}

func (f *File) reload() {
	f.seen, _ = os.Stat(f.path)
	if err := f.read(); err != nil {
		f.failure.Store(&err)
		f.failed.Inc()
		f.log.Error("api key file refused, the last good one stays", "file", f.path, "error", err)
		return
	}
	f.failure.Store(nil)
	f.loaded.Inc()
	f.log.Info("api keys loaded", "file", f.path, "keys", len(*f.keys.Load()))
}

func (f *File) read() error {
	file, err := apikeys.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) && len(*f.keys.Load()) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	keys := make(map[apikeys.Hash]*apikeys.Key, len(file.Keys))
	for i := range file.Keys {
		for _, hash := range file.Keys[i].Hashes() {
			keys[hash] = &file.Keys[i]
		}
	}
	f.keys.Store(&keys)
	f.count.Set(float64(len(file.Keys)))
	return nil
}
