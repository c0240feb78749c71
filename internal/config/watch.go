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
// nil. It is called with the files that were written or removed and the directories that came, relative to dir and with slashes, or with
// nil when anything may have changed: at first, when a directory goes or is moved, and always while there are links.
// The calls come one at a time from Watch's own goroutine; a change during a call leads to another call.
// Links to directories are followed inside dir, so that the ..data links of Kubernetes volumes count. Watch
// survives the removal of dir and waits for its return. It returns an error when the operating system refuses
// to watch, as for want of inotify watches. Changes that another machine makes on a network file system, or that
// are made by another hard link to a file, are not seen.
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
		more := follow(ctx, w, changed)
		_ = w.watcher.Close()
		if !more {
			return nil
		}
	}
}

// follow reports what changes as long as all directories stay: then true, and false when ctx has ended.
func follow(ctx context.Context, w *watched, changed func(files []string)) bool {
	for {
		events, more := await(ctx, w.watcher)
		if !more {
			return false
		}
		files := make([]string, 0, len(events))
		for _, event := range events {
			file, ok := w.note(event)
			if !ok {
				return true
			}
			if file != "" {
				files = append(files, file)
			}
		}
		switch {
		case len(files) == 0:
		case w.links:
			changed(nil)
		default:
			changed(files)
		}
	}
}

// watched is the directories that are watched.
type watched struct {
	watcher *fsnotify.Watcher
	// dir is the directory, base its real path, which links must not lead out of.
	dir, base string
	dirs      map[string]bool
	// links says that some entry is one: then a file may be read by another name than it is written by.
	links bool
}

// note is the file or directory that an event is about, relative to the watched one, empty for one beside it; new directories are watched
// from now on. It reports false for what takes watching anew: a directory that went or was moved away, whose watches follow it, and a new
// link.
func (w *watched) note(event fsnotify.Event) (file string, ok bool) {
	file, err := filepath.Rel(w.dir, event.Name)
	if err != nil || file == "." {
		return "", false
	}
	if !filepath.IsLocal(file) {
		return "", true
	}
	if w.dirs[event.Name] && event.Op&(fsnotify.Remove|fsnotify.Rename) != 0 {
		return "", false
	}
	if event.Has(fsnotify.Create) {
		info, err := os.Lstat(event.Name)
		switch {
		case err != nil:
		case info.Mode()&fs.ModeSymlink != 0:
			return "", false
		case info.IsDir():
			// What was written before the watch stands below the directory that is reported.
			if err := w.add(event.Name, strings.Count(file, string(filepath.Separator))+1); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return "", false
			}
		}
	}
	return filepath.ToSlash(file), true
}

// watchTree watches dir and the directories below it. When dir goes away meanwhile, the error is
// fs.ErrNotExist.
func watchTree(dir string) (*watched, error) {
	base, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &watched{watcher: watcher, dir: dir, base: base, dirs: map[string]bool{}}
	err = w.add(dir, 0)
	if link, lerr := os.Lstat(dir); err == nil && lerr == nil && link.Mode()&fs.ModeSymlink != 0 {
		// A release is often put into place by replacing the link to it, which only the link's directory shows.
		err = watcher.Add(filepath.Dir(dir))
	}
	if err != nil {
		_ = watcher.Close()
		return nil, err
	}
	return w, nil
}

// add watches a directory before it lists it, so that nothing is missed in between.
func (w *watched) add(dir string, depth int) error {
	if filepath.Base(dir) == ".git" {
		return nil
	}
	if len(w.dirs) >= maxWatched {
		return fmt.Errorf("more than %d directories", maxWatched)
	}
	if err := w.watcher.Add(dir); err != nil {
		return err
	}
	w.dirs[dir] = true
	entries, err := os.ReadDir(dir)
	if err != nil || depth > maxFolders {
		return err
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		w.links = w.links || e.Type()&fs.ModeSymlink != 0
		if !e.IsDir() && !w.linksInside(path, e) {
			continue
		}
		if err := w.add(path, depth+1); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// linksInside reports whether an entry is a link to a directory of the tree.
func (w *watched) linksInside(path string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return false
	}
	target, err := filepath.EvalSymlinks(path)
	if err != nil || !strings.HasPrefix(target, w.base+string(filepath.Separator)) {
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
