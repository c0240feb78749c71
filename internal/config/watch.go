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
// nil. It is called with the files that were written, relative to dir and with slashes, or with nil when anything may have changed, as at
// first. The calls come one at a time from Watch's own goroutine; a change during a call leads to another call.
// Links to directories are followed inside dir, so that the ..data links of Kubernetes volumes count. Watch
// survives the removal of dir and waits for its return. It returns an error when the operating system refuses
// to watch, as for want of inotify watches. Changes that another machine makes on a network file system are
// not seen.
func Watch(ctx context.Context, dir string, changed func(files []string)) error {
	dir = filepath.Clean(dir)
	for gone := false; ; {
		// Every round watches anew: a directory that was replaced has the same name but is another one, and what
		// happened before the new watch is covered by the call after it.
		w, err := watchTree(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if !gone {
				changed(nil)
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
		changed(nil)
		more := follow(ctx, w, dir, changed)
		_ = w.Close()
		if !more {
			return nil
		}
	}
}

// follow reports the files that are written as long as the directories stay what they are: then true, and false when ctx has ended.
func follow(ctx context.Context, w *fsnotify.Watcher, dir string, changed func(files []string)) bool {
	for {
		events, more := await(ctx, w)
		if !more {
			return false
		}
		files := make([]string, 0, len(events))
		for _, event := range events {
			file, plain := written(dir, event)
			if !plain {
				return true
			}
			if file != "" {
				files = append(files, file)
			}
		}
		if len(files) > 0 {
			changed(files)
		}
	}
}

// written is the file that an event is about, empty for what is not read. plain is false for what may have changed more than that: when a
// directory or a link comes, and when anything goes.
func written(dir string, event fsnotify.Event) (file string, plain bool) {
	if event.Op&(fsnotify.Remove|fsnotify.Rename) != 0 {
		name := filepath.Base(event.Name)
		// A temporary file that was renamed to its place.
		return "", strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "..")
	}
	info, err := os.Lstat(event.Name)
	file, outside := filepath.Rel(dir, event.Name)
	if err != nil || outside != nil || !info.Mode().IsRegular() {
		return "", false
	}
	if strings.HasPrefix(filepath.Base(file), ".") {
		return "", true
	}
	return filepath.ToSlash(file), true
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

// maxEvents bounds a row of events; a longer one counts as lost.
const maxEvents = 1000

// await returns the events of a row of changes when it has ended, and false when ctx has. When some were lost, it is one of something
// unknown that has gone.
func await(ctx context.Context, w *fsnotify.Watcher) (events []fsnotify.Event, more bool) {
	lost := false
	note := func(event fsnotify.Event) {
		if lost = lost || len(events) == maxEvents; !lost {
			events = append(events, event)
		}
	}
	select {
	case <-ctx.Done():
		return nil, false
	case event := <-w.Events:
		note(event)
	case <-w.Errors:
		lost = true
	}
	deadline := time.After(patience)
	for over := false; !over; {
		select {
		case <-ctx.Done():
			return nil, false
		case event := <-w.Events:
			note(event)
		case <-w.Errors:
			lost = true
		case <-deadline:
			over = true
		case <-time.After(quiet):
			over = true
		}
	}
	if lost {
		// Something changed, nobody knows what.
		return []fsnotify.Event{{Op: fsnotify.Remove}}, true
	}
	return events, true
}

func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
