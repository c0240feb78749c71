package threats_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/extauthz/internal/threats"
)

// feed writes a list with a time of its own, so that an edit is seen.
func feed(t testing.TB, path, text string, edit int) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Unix(1_700_000_000+int64(edit), 0)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, sources ...string) *threats.Store {
	t.Helper()
	s, err := threats.New(t.Context(), threats.Options{Sources: sources})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const sample = `# comment
192.0.2.0/24 ; SBL1
198.51.100.7, seen today
2001:db8:7::/48
evil.example
principal:acme/mallory
principal:acme/batch job, nightly ; SBL3
principal:globex/a#b	# seen today
`

func TestListsHoldAddressesHostsAndPrincipals(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.txt")
	feed(t, path, sample, 0)
	other := filepath.Join(t.TempDir(), "b.txt")
	feed(t, other, "192.0.2.9\n", 0)
	s := open(t, "a="+path, "b="+other)
	for _, test := range []struct {
		address, host, principal string
		want                     []string
	}{
		{"192.0.2.9", "", "", []string{"a", "b"}}, {"::ffff:192.0.2.8", "", "", []string{"a"}}, {"198.51.100.7", "", "", []string{"a"}},
		{"198.51.100.8", "", "", nil}, {"2001:db8:7::1", "", "", []string{"a"}}, {"", "evil.example", "", []string{"a"}},
		{"", "cdn.evil.example", "", []string{"a"}}, {"", "notevil.example", "", nil}, {"", "example", "", nil},
		{"", "", "acme/batch job, nightly", []string{"a"}}, {"", "", "globex/a#b", []string{"a"}}, {"", "", "acme/batch", nil},
		{"", "", "acme/mallory", []string{"a"}}, {"", "", "globex/mallory", nil}, {"", "", "", nil},
	} {
		address, _ := netip.ParseAddr(test.address)
		if got := s.Lists(address, test.host, test.principal); !slices.Equal(got, test.want) {
			t.Errorf("%+v: %v", test, got)
		}
	}
}

func TestAnEditIsTakenOverAndABadOneKeepsTheLastGoodList(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.txt")
	feed(t, path, "192.0.2.1\n", 0)
	s := open(t, "a="+path)
	holds := func(address string) bool { return s.Lists(netip.MustParseAddr(address), "", "") != nil }
	for i, bad := range []string{"192.0.2.2\nwhat is this?!\n", "192.0.2.300\n", "principal:mallory\n", "principal:acme/\n", "principal:acme/ # all\n", strings.Repeat("x", 2000) + "\n"} {
		feed(t, path, bad, i+1)
		if s.Reload(t.Context()); !holds("192.0.2.1") || holds("192.0.2.2") {
			t.Errorf("%.40q was taken over", bad)
		}
	}
	feed(t, path, "192.0.2.2\n", 9)
	if s.Reload(t.Context()); holds("192.0.2.1") || !holds("192.0.2.2") {
		t.Error("a good edit was not taken over")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if s.Reload(t.Context()); !holds("192.0.2.2") {
		t.Error("the last good list is gone with its file")
	}
}

func TestAListIsFetchedAndAskedForChanges(t *testing.T) {
	t.Parallel()
	answer := func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "192.0.2.1") }
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(w, r) }))
	t.Cleanup(server.Close)
	s := open(t, "a="+server.URL)
	holds := func(address string) bool { return s.Lists(netip.MustParseAddr(address), "", "") != nil }
	if !holds("192.0.2.1") {
		t.Fatal("the list was not fetched")
	}
	for name, bad := range map[string]http.HandlerFunc{
		"an error":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"a redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/other", http.StatusFound) },
		"a page":     func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "<html>") },
		"unmodified": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) },
		"a long list": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprint(w, strings.Repeat("192.0.2.2\n", 250_001))
		},
	} {
		answer = bad
		if s.Reload(t.Context()); !holds("192.0.2.1") || holds("192.0.2.2") {
			t.Errorf("%s changed the list", name)
		}
	}
}

func TestBadSourcesAreRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.txt")
	feed(t, path, sample, 0)
	for _, sources := range [][]string{
		{path}, {"=" + path}, {"A=" + path}, {"a="}, {"a=http://example.com/x"}, {"a=ftp://127.0.0.1/x"}, {"a=https://"},
		{"a=" + path + "2"}, {"a=" + filepath.Dir(path)}, {"a=" + path, "a=" + path}, slices.Repeat([]string{"a=" + path}, 17),
	} {
		if _, err := threats.New(t.Context(), threats.Options{Sources: sources}); err == nil {
			t.Errorf("%q is taken", sources)
		}
	}
}

// A hundred thousand networks cost a decision nothing to speak of: no allocation, and some twenty comparisons.
func TestALookUpInALongListDoesNotAllocate(t *testing.T) {
	var b strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&b, "%d.%d.%d.0/25\n", 1+i>>16, i>>8&255, i&255)
	}
	path := filepath.Join(t.TempDir(), "a.txt")
	feed(t, path, b.String(), 0)
	s := open(t, "a="+path)
	address := netip.MustParseAddr("1.7.7.200")
	if n := testing.AllocsPerRun(100, func() {
		if s.Lists(address, "app.example.com", "acme/vera") != nil {
			t.Error("it is in the list")
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
	if s.Lists(netip.MustParseAddr("1.7.7.100"), "", "") == nil {
		t.Error("an entry was lost")
	}
}
