package extauthz

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/extauthz/internal/decision"
	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/plane"
)

// fileSource takes the configuration from a directory, without a control plane.
type fileSource struct {
	server *Server
	loader *config.Loader
	last   *config.Snapshot
	// platform is the one in effect, nil until there was a good one.
	platform *plane.Platform
	// reported are the problems that were logged, so that an edit elsewhere does not log them again.
	reported map[string]bool
}

func newFileSource(s *Server) *fileSource {
	return &fileSource{server: s, loader: config.NewLoader(s.options.Config)}
}

func (f *fileSource) run(ctx context.Context) error {
	// Watched before the first load, so that no edit falls between the two.
	changes := config.NewChanges()
	watched := make(chan error, 1)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		watched <- config.Watch(ctx, f.server.options.Config, changes.Add)
	}()
	f.load(nil)
	f.server.publish()
	for {
		select {
		case <-changes.Ready():
			f.load(changes.Take())
		case err := <-watched:
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("watch %s: %w", f.server.options.Config, err)
		}
	}
}

// load reads files, nil for all, and applies what differs from the last snapshot. Unchanged tenants keep their pointers.
func (f *fileSource) load(files []string) {
	snapshot, problems := f.loader.LoadChanged(files)
	f.report(problems)
	for _, w := range snapshot.WarningsSince(f.last) {
		f.server.options.Logger.Warn("configuration may have another effect than meant", "object", w.Object, "warning", w.String())
	}
	change := decision.Change{Platform: f.changedPlatform(snapshot, problems)}
	last := f.last
	if last == nil {
		last = &config.Snapshot{}
	}
	for name, t := range snapshot.Tenants {
		if last.Tenants[name] != t {
			change.Tenants = append(change.Tenants, t)
		}
	}
	for name := range last.Tenants {
		if snapshot.Tenants[name] == nil {
			change.Removed = append(change.Removed, name)
		}
	}
	f.documents(snapshot, func() {
		for _, p := range f.server.apply(change) {
			f.server.options.Logger.Error("configuration refused", "error", p.String())
		}
	})
	f.last = snapshot
}

// changedPlatform is the platform when it differs from the last one. One that never was good comes without
// any module: to serve that would be to serve without the platform owner's denials.
func (f *fileSource) changedPlatform(snapshot *config.Snapshot, problems []config.Problem) *plane.Platform {
	refused := slices.ContainsFunc(problems, func(p config.Problem) bool { return p.Object == "platform" })
	if f.platform == nil && refused || f.platform != nil && slices.Equal(f.platform.Modules, snapshot.Platform.Modules) {
		return nil
	}
	f.platform = &plane.Platform{Modules: snapshot.Platform.Modules}
	return f.platform
}

// documents adds new scan policies before the tenants that name them take effect, and lets go of old ones after.
func (f *fileSource) documents(snapshot *config.Snapshot, apply func()) {
	current := map[string]bool{}
	for _, policy := range snapshot.ScanPolicies {
		current[policy.Hash] = true
		if err := f.server.docs.Add(policy.Hash, policy.Document); err != nil {
			f.server.options.Logger.Error("configuration refused", "error", err)
		}
	}
	apply()
	if f.last == nil {
		return
	}
	for _, policy := range f.last.ScanPolicies {
		if !current[policy.Hash] {
			f.server.docs.Remove(policy.Hash)
		}
	}
}

func (f *fileSource) report(problems []config.Problem) {
	reported := make(map[string]bool, len(problems))
	for _, p := range problems {
		text := p.String()
		reported[text] = true
		if f.reported[text] {
			continue
		}
		kind, _, _ := strings.Cut(p.Object, "/")
		switch kind {
		case "platform", "tenant", "scanpolicy":
		default:
			kind = "file"
		}
		f.server.metrics.refused.WithLabelValues(kind).Inc()
		f.server.options.Logger.Error("configuration refused", "object", p.Object, "error", text)
	}
	f.reported = reported
}
