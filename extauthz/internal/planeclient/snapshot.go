package planeclient

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/anypb"
)

// snapshotVersion is of the file's format; a file of another one is ignored.
const snapshotVersion = 1

// snapshotFile is the file: all resources that are in effect. It holds the tenants' secrets, so only its
// owner may read it.
type snapshotFile struct {
	Version   int             `json:"version"`
	Resources []savedResource `json:"resources"`
}

type savedResource struct {
	Type    string `json:"type"`
	Name    string `json:"name"`
	Version string `json:"version"`
	URL     string `json:"url"`
	Value   []byte `json:"value"`
}

// load applies the snapshot. A file that cannot be used is as good as none.
func (c *Client) load() {
	if c.options.Snapshot == "" {
		return
	}
	resources, err := readSnapshot(c.options.Snapshot)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			c.options.Logger.Warn("snapshot not used", "file", c.options.Snapshot, "error", err)
		}
		return
	}
	refused := c.apply(Update{Changed: resources})
	c.dirty = false
	for key, err := range refused {
		c.options.Logger.Warn("snapshot resource refused", "type", key.Type, "error", err)
	}
	if c.holds(c.options.Essential) {
		c.options.Logger.Info("snapshot loaded", "file", c.options.Snapshot, "resources", len(c.held))
		c.complete()
	}
}

func readSnapshot(path string) ([]Resource, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file snapshotFile
	if err := json.Unmarshal(raw, &file); err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	if file.Version != snapshotVersion {
		return nil, fmt.Errorf("format version %d is not %d", file.Version, snapshotVersion)
	}
	resources := make([]Resource, len(file.Resources))
	for i, r := range file.Resources {
		resources[i] = Resource{Key: Key{r.Type, r.Name}, Version: r.Version, Body: &anypb.Any{TypeUrl: r.URL, Value: r.Value}}
	}
	return resources, nil
}

// save writes the snapshot if anything changed since. A failure is logged and tried again with the next change.
func (c *Client) save() {
	c.awaitSave()
	if c.unsaved() {
		c.write(maps.Clone(c.held))
	}
}

// saveBehind is save without waiting for it: writing what ten thousand tenants are takes longer than putting an edit of one into effect.
// It leaves it for later while another is under way, and for savePause times as long as that took.
func (c *Client) saveBehind() {
	if c.saving != nil {
		select {
		case took := <-c.saving:
			c.saving, c.notBefore = nil, time.Now().Add(savePause*took)
		default:
		}
	}
	if c.saving != nil || time.Now().Before(c.notBefore) || !c.unsaved() {
		return
	}
	saved, held := make(chan time.Duration, 1), maps.Clone(c.held)
	c.saving = saved
	go func() {
		began := time.Now()
		c.write(held)
		saved <- time.Since(began)
	}()
}

// awaitSave waits for what saveBehind began.
func (c *Client) awaitSave() {
	if c.saving != nil {
		<-c.saving
		c.saving = nil
	}
}

// unsaved reports whether there is something to save, which then counts as saved.
func (c *Client) unsaved() bool {
	if !c.dirty || c.options.Snapshot == "" || !c.synced.Load() {
		return false
	}
	c.dirty = false
	return true
}

func (c *Client) write(held map[Key]Resource) {
	if err := writeSnapshot(c.options.Snapshot, held); err != nil {
		c.options.Logger.Error("snapshot not written", "file", c.options.Snapshot, "error", err)
	}
}

func writeSnapshot(path string, held map[Key]Resource) error {
	file := snapshotFile{Version: snapshotVersion, Resources: make([]savedResource, 0, len(held))}
	for key, r := range held {
		file.Resources = append(file.Resources, savedResource{key.Type, key.Name, r.Version, r.Body.GetTypeUrl(), r.Body.GetValue()})
	}
	slices.SortFunc(file.Resources, func(a, b savedResource) int {
		return strings.Compare(a.Type+"\x00"+a.Name, b.Type+"\x00"+b.Name)
	})
	raw, err := json.Marshal(file)
	if err != nil {
		return err
	}
	// os.CreateTemp makes the file readable by its owner only.
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	_, err = temporary.Write(raw)
	if err == nil {
		err = temporary.Sync()
	}
	if closeErr := temporary.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temporary.Name())
	}
	return err
}
