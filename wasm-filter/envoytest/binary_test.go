//go:build !wasip1

package envoytest_test

import (
	"strings"
	"testing"
)

func declaredBinaries(t *testing.T, g *gateway) {
	policy := g.policies.publish(t.Name(), nil)
	g.warm(policy)
	bothProtocols(t, g, policy, func(t *testing.T, c *client, prefix string) {
		before := g.upstream.requests.Load()
		for _, body := range []string{"{" + attack, strings.Repeat("\n", 100) + "[" + attack, "\xef\xbb\xbf" + attack} {
			if status, _, answer := c.post(prefix+"/early", body, "Content-Type", "application/octet-stream"); status != 403 {
				t.Errorf("%q: %d %s", body, status, answer)
			}
		}
		if status, _, answer := c.post(prefix+"/early", "{"+strings.Repeat("x", 3<<20), "Content-Type", "a/b"); status != 413 {
			t.Errorf("3 MB of text: %d %s", status, answer)
		}
		if g.upstream.requests.Load() != before {
			t.Error("the upstream saw a request that was refused")
		}
		if status, _, answer := c.post(prefix+"/", "{"+card+"}", "Content-Type", "a/b"); status != 200 || g.upstream.last().body != "{[CARD]}" {
			t.Errorf("%d %s; the upstream got %q", status, answer, g.upstream.last().body)
		}
		upload := "\x89PNG\r\n\x1a\n{" + attack + strings.Repeat("x", 20<<20)
		if status, _, answer := c.post(prefix+"/", upload, "Content-Type", "image/png"); status != 200 || g.upstream.last().body != upload {
			t.Errorf("%d %.200s; the upstream got %d bytes", status, answer, len(g.upstream.last().body))
		}
		// The headers of a call flow before its first message; one that is no gRPC ends there.
		c.post(prefix+"/", "{"+attack, "Content-Type", "application/grpc")
		if last := g.upstream.last(); strings.HasPrefix(last.body, "{") {
			t.Errorf("the upstream got %.20q", last.body)
		}
	})
}

func headAnswers(t *testing.T, g *gateway) {
	policy := g.policies.publish(t.Name(), nil)
	bothProtocols(t, g, policy, func(t *testing.T, c *client, prefix string) {
		for _, path := range []string{"/described", "/unmodified"} {
			method := map[string]string{"/described": "HEAD", "/unmodified": "GET"}[path]
			for range 2 { // the connection stays in step
				status, header, _ := c.do(method, prefix+path, nil)
				if status != map[string]int{"/described": 200, "/unmodified": 304}[path] {
					t.Errorf("%s: %d", path, status)
				}
				for _, name := range []string{"Content-Length", "Etag", "Accept-Ranges", "Repr-Digest"} {
					if header.Get(name) != "" {
						t.Errorf("%s: %s: %s", path, name, header.Get(name))
					}
				}
			}
		}
	})
}
