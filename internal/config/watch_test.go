package config_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/meshwarden/meshwarden/internal/config"
)

// watch runs Watch for the test and returns a channel that gets a value at each call, after the first.
func watch(t *testing.T, dir string) <-chan struct{} {
	t.Helper()
	calls := make(chan struct{}, 100)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- config.Watch(ctx, dir, func([]string) { calls <- struct{}{} }) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	await(t, calls)
	return calls
}

func await(t *testing.T, calls <-chan struct{}) {
	t.Helper()
	select {
	case <-calls:
	case <-time.After(20 * time.Second):
		t.Fatal("no call")
	}
}

func TestChangesAreNoticed(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*directory){
		"a file renamed over another": func(d *directory) { d.write("tenants/a.yaml", tenantYAML("a", "free")) },
		"a file written in place": func(d *directory) {
			if err := os.WriteFile(d.path("tenants/a.yaml"), []byte("x"), 0o600); err != nil {
				d.t.Error(err)
			}
		},
		"a new file":           func(d *directory) { d.write("tenants/new.yaml", tenantYAML("new", "free")) },
		"a removed file":       func(d *directory) { d.remove("tenants/b.yaml") },
		"a new sub-directory":  func(d *directory) { d.write("policies/a/b/c.rego", "package platform\n") },
		"a removed directory":  func(d *directory) { d.remove("tenants") },
		"a renamed directory":  func(d *directory) { rename(d, "tenants", "elsewhere") },
		"a file below a ..dir": func(d *directory) { d.write("..2026/x", "x") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDirectory(t)
			calls := watch(t, d.dir)
			change(d)
			await(t, calls)
		})
	}
}

// What is named must be enough for a loader that looks at nothing else.
func TestWhatChangedIsNamed(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			e := &editor{directory: newDirectory(t), Rand: rand.New(rand.NewPCG(seed, 6))}
			changes := config.NewChanges()
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error)
			go func() { done <- config.Watch(ctx, e.dir, changes.Add) }()
			t.Cleanup(func() {
				cancel()
				if err := <-done; err != nil {
					t.Error(err)
				}
			})
			l := e.loader()
			for range 15 {
				for range 1 + e.IntN(3) {
					e.edit()
				}
				got, problems := l.LoadChanged([]string{})
				// What is said comes in order, but for "anything", which may have been said before the last file was written.
				for last := 0; ; {
					marker := fmt.Sprint("marker-", last)
					e.write(marker, "")
					select {
					case <-changes.Ready():
					case <-time.After(20 * time.Second):
						t.Fatal("no more changes")
					}
					files := changes.Take()
					got, problems = l.LoadChanged(files)
					if slices.Contains(files, marker) {
						break
					}
					last++
				}
				want, wantProblems := l.Load()
				if diff := cmp.Diff(want, got) + cmp.Diff(wantProblems, problems); diff != "" {
					t.Fatal(diff)
				}
			}
		})
	}
}

func TestEditsNameTheFileAndLinksNameNothing(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	changes := make(chan []string, 100)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- config.Watch(ctx, d.dir, func(files []string) { changes <- files }) }()
	<-changes
	until := func(edit func(), want string) {
		t.Helper()
		for edit(); ; {
			select {
			case files := <-changes:
				if want == "" && files == nil || slices.Contains(files, want) {
					return
				}
				if files == nil {
					t.Errorf("anything may have changed, not %s", want)
					return
				}
			case <-time.After(20 * time.Second):
				t.Errorf("nothing is said of %s", want)
				return
			}
		}
	}
	until(func() { d.write("tenants/a.yaml", "x") }, "tenants/a.yaml")
	until(func() { _ = os.WriteFile(d.path("tenants/b.yaml"), []byte("x"), 0o600) }, "tenants/b.yaml")
	until(func() { d.remove("tenants/c.yaml") }, "tenants/c.yaml")
	until(func() { d.write("tenants/a/deep/er.rego", ownModule) }, "tenants/a")
	until(func() { d.write("tenants/a/deep/er.rego", "") }, "tenants/a/deep/er.rego")
	until(func() { d.remove("tenants/a/deep") }, "")
	until(func() { link(t, "a.yaml", d.path("tenants/d.yaml")) }, "")
	until(func() { d.write("tenants/a.yaml", "y") }, "")
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func rename(d *directory, from, to string) {
	d.t.Helper()
	if err := os.Rename(d.path(from), d.path(to)); err != nil {
		d.t.Fatal(err)
	}
}

// loaded loads at every call until ok.
func loaded(t *testing.T, l *config.Loader, calls <-chan struct{}, ok func(*config.Snapshot) bool) {
	t.Helper()
	for {
		await(t, calls)
		if s, _ := l.Load(); ok(s) {
			return
		}
	}
}

func TestFilesInADirectoryThatIsNewAreNoticedToo(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	l, calls := d.loader(), watch(t, d.dir)
	d.write("tenants/a/own.rego", ownModule)
	loaded(t, l, calls, func(s *config.Snapshot) bool { return len(s.Tenants["a"].Modules) == 1 })
	d.write("tenants/a/own.rego", ownModule+"\n# again\n")
	loaded(t, l, calls, func(s *config.Snapshot) bool { return s.Tenants["a"].Modules[0].Source != ownModule })
}

func TestADirectoryThatIsRemovedAndCreatedAgainIsReadAgain(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	l, calls := d.loader(), watch(t, d.dir)
	d.remove(".")
	loaded(t, l, calls, func(*config.Snapshot) bool {
		_, problems := l.Load()
		return len(problems) == 1 && problems[0].String() == ".: the configuration directory does not exist"
	})
	d.write("gateway.yaml", gatewayYAML)
	d.write("tenants/new.yaml", tenantYAML("new", "free"))
	d.write("upstreams/echo.yaml", upstreamYAML("echo"))
	d.write("scanpolicies/standard.yaml", scanPolicyYAML("standard", "shadow"))
	loaded(t, l, calls, func(s *config.Snapshot) bool { return len(s.Tenants) == 1 && s.Tenants["new"] != nil })
}

// A Kubernetes volume is a directory of links through ..data, which is replaced whole by a rename.
func TestAKubernetesVolumeIsSwappedAtOnce(t *testing.T) {
	t.Parallel()
	source := newDirectory(t)
	d := &directory{t, t.TempDir()}
	mount := func(version, tier string) {
		source.write("tenants/a.yaml", tenantYAML("a", tier))
		if err := os.CopyFS(d.path(version), os.DirFS(source.dir)); err != nil {
			t.Fatal(err)
		}
		link(t, version, d.path("..data_tmp"))
		rename(d, "..data_tmp", "..data")
	}
	mount("..v1", "business")
	for _, name := range []string{"gateway.yaml", "upstreams", "scanpolicies", "tenants"} {
		link(t, "..data/"+name, d.path(name))
	}
	l, calls := d.loader(), watch(t, d.dir)
	for version, tier := range map[string]string{"..v2": "free", "..v3": "starter"} {
		mount(version, tier)
		loaded(t, l, calls, func(s *config.Snapshot) bool { return s.Tenants["a"].Spec.Tier == tier })
	}
}

func TestAReplacedLinkToTheDirectoryIsNoticed(t *testing.T) {
	t.Parallel()
	v1, v2 := newDirectory(t), newDirectory(t)
	v2.write("tenants/a.yaml", tenantYAML("a", "free"))
	d := &directory{t, t.TempDir()}
	link(t, v1.dir, d.path("current"))
	l, calls := config.NewLoader(d.path("current")), watch(t, d.path("current"))
	load(t, l)
	link(t, v2.dir, d.path("next"))
	rename(d, "next", "current")
	loaded(t, l, calls, func(s *config.Snapshot) bool { return s.Tenants["a"].Spec.Tier == "free" })
}

func link(t *testing.T, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

func TestLinksOutOfTheDirectoryAreNotWatchedAndNoGoroutineIsLeft(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	d := newDirectory(t)
	link(t, "..", d.path("up"))
	link(t, ".", d.path("self"))
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	if err := config.Watch(ctx, d.dir, func([]string) { calls++; cancel() }); err != nil || calls != 1 {
		t.Error(err, calls)
	}
}
