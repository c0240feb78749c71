package config

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Timing of Watch. Editors and checkouts touch several files in a row: quiet ends such a row, patience bounds
// the wait for it. absent is how often a directory that is gone is looked for.
const (
	quiet    = 50 * time.Millisecond
	patience = 500 * time.Millisecond
	absent   = 200 * time.Millisecond
)

// maxWatched bounds the directories that are watched, far above a directory a tenant.
const maxWatched = 200_000

// Watch calls changed once when it has begun to watch and again after files below dir may have changed, about
// 50 ms after the last of a row of changes and at most 500 ms after the first, until ctx ends, when it returns
// nil. The calls come one at a time from Watch's own goroutine; a change during a call leads to another call.
// Links to directories are followed inside dir, so that the ..data links of Kubernetes volumes count. Watch
// survives the removal of dir and waits for its return. It returns an error when the operating system refuses
// to watch, as for want of inotify watches. Changes that another machine makes on a network file system are
// not seen.
func Watch(ctx context.Context, dir string, changed func()) error {
	dir = filepath.Clean(dir)
	for gone := false; ; {
		// Every round watches anew: a directory that was replaced has the same name but is another one, and what
		// happened before the new watch is covered by the call after it.
		w, err := watchTree(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if !gone {
				changed()
			}
			gone = true
			if !sleep(ctx, absent) {
				return nil
			}
			continue
		case err != nil:
			return fmt.Errorf("watch %s: %w", dir, err)
		}
		gone = false
		changed()
		more := await(ctx, w)
		_ = w.Close()
		if !more {
			return nil
		}
	}
}

// watchTree watches dir and the directories below it. When dir goes away meanwhile, the error is
// fs.ErrNotExist.
func watchTree(dir string) (*fsnotify.Watcher, error) {
	base, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	b := branches{watcher: w, base: base}
	err = b.add(dir, 0)
	if link, lerr := os.Lstat(dir); err == nil && lerr == nil && link.Mode()&fs.ModeSymlink != 0 {
		// A release is often put into place by replacing the link to it, which only the link's directory shows.
		err = w.Add(filepath.Dir(dir))
	}
	if err != nil {
		_ = w.Close()
		return nil, err
	}
	return w, nil
}

// branches adds directories to a watcher.
type branches struct {
	watcher *fsnotify.Watcher
	// base is the real path that links must not lead out of.
	base  string
	count int
}

// add watches a directory before it lists it, so that nothing is missed in between.
func (b *branches) add(dir string, depth int) error {
	if b.count++; b.count > maxWatched {
		return fmt.Errorf("more than %d directories", maxWatched)
	}
	if err := b.watcher.Add(dir); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil || depth > maxFolders {
		return err
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if e.Name() == ".git" || !e.IsDir() && !b.linksInside(path, e) {
			continue
		}
		if err := b.add(path, depth+1); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// linksInside reports whether an entry is a link to a directory of the tree.
func (b *branches) linksInside(path string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return false
	}
	target, err := filepath.EvalSymlinks(path)
	if err != nil || !strings.HasPrefix(target, b.base+string(filepath.Separator)) {
		return false
	}
	info, err := os.Stat(target)
	return err == nil && info.IsDir()
}

// await returns true when a row of changes has ended, false when ctx has.
func await(ctx context.Context, w *fsnotify.Watcher) bool {
	select {
	case <-ctx.Done():
		return false
	case <-w.Events:
	case <-w.Errors:
		// Events were lost: something changed.
	}
	deadline := time.After(patience)
	for {
		select {
		case <-ctx.Done():
			return false
		case <-w.Events:
		case <-w.Errors:
		case <-deadline:
			return true
		case <-time.After(quiet):
			return true
		}
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
