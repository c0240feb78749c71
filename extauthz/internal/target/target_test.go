package target_test

import (
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/extauthz/internal/target"
	"github.com/meshwarden/meshwarden/internal/reason"
)

func TestAmbiguousPathsAreRefused(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"", "*", "admin", "http://x/a", "//admin/x", "/a//b", "/a//", "/.", "/..", "/./a", "/a/.", "/a/../b", "/..;/b", "/a/..;x=1/b",
		"/a%2Fb", "/a%2fb", "/a%5Cb", "/a%5cb", `/a\b`, "/a%00b", "/%00", "/%2e%2e/a", "/%2E/a", "/.%2e/a", "/%2e%2e%3bx/a",
		"/%zz", "/%", "/a%2", "/a#b", "/a?b#c", "/a?\x1c", "/a?b c", "/a?\x00", "/a b", "/a\x00b", "/a\tb", "/a\x7fb", "/caf\u00e9", "/\xff", "/%ff", "/%c0%ae%c0%ae/", "/%0d%0a", "/%c2%85",
		"/%252e%252e/a", "/a%252fb", "/a%25252fb", "/%25%32%65%25%32%65/a",
	} {
		if _, why := target.Parse("GET", raw); why != reason.PathAmbiguous {
			t.Errorf("%q is %s", raw, why)
		}
	}
}

func TestPlainPathsAreTakenAsTheyAre(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string][]string{
		"/":                      nil,
		"/a":                     {"a"},
		"/a/":                    {"a"},
		"/*":                     {"*"},
		"/a/b.c/...":             {"a", "b.c", "..."},
		"/a%20b/%C3%A9":          {"a b", "é"},
		"/100%25":                {"100%"},
		"/50%25%20off":           {"50% off"},
		"/20%25fat":              {"20%fat"},
		"/a;v=1/b@c:d/~e,!$&'()": {"a;v=1", "b@c:d", "~e,!$&'()"},
		"/a?x=%2F..//%zz":        {"a"},
	} {
		got, why := target.Parse("GET", raw)
		if why != reason.Allowed {
			t.Errorf("%q is %s", raw, why)
			continue
		}
		if diff := cmp.Diff(want, got.Segments()); diff != "" {
			t.Errorf("%q: %s", raw, diff)
		}
	}
}

func TestTheWholeServerIsATargetOfOptionsOnly(t *testing.T) {
	t.Parallel()
	if got, why := target.Parse("OPTIONS", "*"); why != reason.Allowed || got.Path != "*" || got.Segments() != nil {
		t.Errorf("%+v, %s", got, why)
	}
}

func TestAPathOfTooManySegmentsIsMalformed(t *testing.T) {
	t.Parallel()
	if _, why := target.Parse("GET", strings.Repeat("/a", target.MaxSegments+1)); why != reason.RequestMalformed {
		t.Errorf("it is %s", why)
	}
}

func TestQueriesAreDecodedAsForms(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]map[string][]string{
		"/":                     {},
		"/?":                    {},
		"/?a=1&b=2&a=3&&c":      {"a": {"1", "3"}, "b": {"2"}, "c": {""}},
		"/?a+b=c%20d+e&x=1;y=2": {"a b": {"c d e"}, "x": {"1;y=2"}},
		"/?q=?&p=/..//":         {"q": {"?"}, "p": {"/..//"}},
	} {
		got, why := target.Parse("GET", raw)
		query, ok := got.Query()
		if why != reason.Allowed || !ok {
			t.Errorf("%q is %s, %v", raw, why, ok)
			continue
		}
		if diff := cmp.Diff(want, query); diff != "" {
			t.Errorf("%q: %s", raw, diff)
		}
	}
	for _, raw := range []string{"/?a=%zz", "/?%f", "/?a=%ff", "/?" + strings.Repeat("a&", target.MaxParameters+1)} {
		if got, _ := target.Parse("GET", raw); true {
			if _, ok := got.Query(); ok {
				t.Errorf("%.40q was decoded", raw)
			}
		}
	}
}

// FuzzPath holds what the rest relies on: an accepted target is its path and query with nothing lost, and
// every reader that this test knows finds the same segments in the path.
func FuzzPath(f *testing.F) {
	for _, raw := range []string{"/a/b?c=d", "//a", "/%2e%2e", "/a%2Fb", "/..;/a", "/%252e", "/%25%32%65", "*", "/a/", "/\xc3\xa9"} {
		f.Add("GET", raw)
	}
	f.Fuzz(func(t *testing.T, method, raw string) {
		got, why := target.Parse(method, raw)
		if why != reason.Allowed {
			if got != (target.Target{}) {
				t.Fatalf("a refused target is %+v", got)
			}
			return
		}
		if raw != got.Path && raw != got.Path+"?"+got.RawQuery {
			t.Fatalf("%q became %q and %q", raw, got.Path, got.RawQuery)
		}
		if got.Path == "*" {
			return
		}
		decoded, err := url.PathUnescape(got.Path)
		if err != nil {
			t.Fatalf("%q: %v", got.Path, err)
		}
		if !utf8.ValidString(decoded) {
			t.Fatalf("%q decodes to invalid UTF-8", got.Path)
		}
		parsed, err := url.ParseRequestURI(raw)
		if err != nil || parsed.Path != decoded || parsed.Host != "" {
			t.Fatalf("net/url reads %q as %v, %v", raw, parsed, err)
		}
		if want := strings.TrimSuffix(decoded, "/"); path.Clean("/"+want) != "/"+strings.TrimPrefix(want, "/") {
			t.Fatalf("%q is not clean", decoded)
		}
		var want []string
		if trimmed := strings.Trim(decoded, "/"); trimmed != "" {
			want = strings.Split(trimmed, "/")
		}
		if segments := got.Segments(); !slices.Equal(segments, want) {
			t.Fatalf("%q has segments %q, want %q", got.Path, segments, want)
		}
		for _, s := range got.Segments() {
			if s == "." || s == ".." || strings.ContainsAny(s, "/\\\x00\r\n") {
				t.Fatalf("segment %q of %q", s, got.Path)
			}
		}
	})
}
