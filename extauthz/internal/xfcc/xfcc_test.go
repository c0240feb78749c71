package xfcc_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/extauthz/internal/xfcc"
)

// hash is a SHA-256 as proxies write it.
var hash = strings.Repeat("468ed33be74eee6556d90c0149c1309e", 2)

func TestEnvoysGrammarIsRead(t *testing.T) {
	t.Parallel()
	for header, want := range map[string][]xfcc.Element{
		// The examples of Envoy's documentation.
		`By=http://frontend.lyft.com;Hash=` + hash + `;Subject="/C=US/ST=CA/L=San Francisco/OU=Lyft/CN=Test Client";URI=http://testclient.lyft.com`: {
			{By: []string{"http://frontend.lyft.com"}, Hash: hash, Subject: "/C=US/ST=CA/L=San Francisco/OU=Lyft/CN=Test Client", URI: []string{"http://testclient.lyft.com"}},
		},
		`By=http://frontend.lyft.com;Hash=` + hash + `;URI=http://testclient.lyft.com,By=http://backend.lyft.com;Hash=` + hash + `;URI=http://frontend.lyft.com`: {
			{By: []string{"http://frontend.lyft.com"}, Hash: hash, URI: []string{"http://testclient.lyft.com"}},
			{By: []string{"http://backend.lyft.com"}, Hash: hash, URI: []string{"http://frontend.lyft.com"}},
		},
		`By=http://frontend.lyft.com;Hash=` + hash + `;Subject="";URI=;DNS=lyft.com;DNS=www.lyft.com`: {
			{By: []string{"http://frontend.lyft.com"}, Hash: hash, URI: []string{""}, DNS: []string{"lyft.com", "www.lyft.com"}},
		},
		`uri=spiffe://a/b, URI=spiffe://a/c`:             {{URI: []string{"spiffe://a/b"}}, {URI: []string{"spiffe://a/c"}}},
		`Subject="CN=a,O=\"x;y\"\\,URI=spiffe://a/root"`: {{Subject: `CN=a,O="x;y"\,URI=spiffe://a/root`}},
		`URI=spiffe://a/b;URI=spiffe://a/c`:              {{URI: []string{"spiffe://a/b", "spiffe://a/c"}}},
		`Cert="-----BEGIN%20CERTIFICATE";URI=x=y`:        {{URI: []string{"x=y"}}},
	} {
		got, err := xfcc.Parse(header)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", header, err, diff)
		}
	}
	for _, header := range []string{
		"", ",", ";", "=", "URI", "URI=a,", "URI=a;", ",URI=a", `URI="a`, `URI="a"b`, `URI=a"b`, `URI="a\`, "Who=root", "URI=a;Who=root",
		"Hash=a;Hash=b", "Hash=", "Subject=a;Subject=b", "URI=a\x00b", "URI =a", strings.Repeat("URI=a,", 8) + "URI=a", "URI=a" + strings.Repeat(";DNS=a", 64), "URI=" + strings.Repeat("a", xfcc.MaxBytes),
	} {
		if got, err := xfcc.Parse(header); err == nil {
			t.Errorf("%.80q was read as %v", header, got)
		}
	}
}

func TestOnlyTrustedProxiesAreBelieved(t *testing.T) {
	t.Parallel()
	const edge, inner, web, root = "spiffe://corp/edge", "spiffe://corp/inner", "spiffe://corp/web", "spiffe://corp/root"
	trusted := []string{edge, inner}
	uri := func(names ...string) string { return "URI=" + strings.Join(names, ",URI=") }
	for name, c := range map[string]struct{ peer, header, want string }{
		"no certificate":                             {"", "", ""},
		"a client of our own":                        {web, uri(web), web},
		"a client of a proxy":                        {edge, uri(web, edge), web},
		"a client of two proxies":                    {inner, uri(web, edge, inner), web},
		"a client that forges another":               {web, uri(root, web), "refused"},
		"a client of a proxy that forges another":    {edge, uri(root, web, edge), "refused"},
		"a client that forges the proxy too":         {web, uri(root, edge, web), "refused"},
		"a proxy that says nothing of its client":    {edge, uri(edge), "refused"},
		"a proxy whose client has no name":           {edge, `Hash=aa,URI=` + edge, "refused"},
		"a proxy whose client has two":               {edge, `URI=` + web + `;URI=` + root + `,URI=` + edge, "refused"},
		"a header without a certificate":             {"", uri(root), "refused"},
		"a header that does not end with the peer":   {edge, uri(root, web), "refused"},
		"a quoted comma that looks like another hop": {edge, `Subject="a,URI=` + root + `";URI=` + web + `,URI=` + edge, web},
		"a trusted proxy without a header":           {edge, "", "refused"},
		"malformed":                                  {edge, uri(web, edge) + ",", "refused"},
	} {
		got, err := xfcc.Client(c.peer, c.header, trusted)
		if err != nil {
			got = "refused"
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestACertificateOfSeveralURIsIsSeen(t *testing.T) {
	t.Parallel()
	const web, root, edge = "spiffe://corp/web", "spiffe://corp/root", "spiffe://corp/edge"
	for header, want := range map[string]bool{
		"":                                false,
		"URI=" + web:                      false,
		"URI=" + root + ";URI=" + web:     true,
		"URI=" + web + ";URI=" + root:     true,
		"Hash=aa;URI=" + web + ";DNS=a.b": false,
		"URI=" + root + ";URI=" + edge:    false, // written by whom we do not know
		"URI=" + root + ";URI=" + web + ",URI=" + web: false,
		`Subject="URI=` + root + `;";URI=` + web:      false,
		"URI=" + web + ";URI=" + root + ",":           false,
	} {
		if got := xfcc.Several(web, header); got != want {
			t.Errorf("%q: %t", header, got)
		}
	}
}

// FuzzClient looks for a header by which somebody who is not trusted becomes another.
func FuzzClient(f *testing.F) {
	f.Add(`URI=a;Subject="x\",y"`)
	f.Add(`By=b;Hash=00,URI="spiffe://corp/edge"`)
	f.Add(`Subject="`)
	f.Fuzz(func(t *testing.T, written string) {
		// Envoy appends the element of the client, who wrote what stands before it.
		header := written + ",By=spiffe://corp/gateway;URI=spiffe://corp/web"
		if got, err := xfcc.Client("spiffe://corp/web", header, []string{"spiffe://corp/edge"}); err == nil && got != "spiffe://corp/web" {
			t.Fatalf("%q made it %q", written, got)
		}
		header = written + ",URI=spiffe://corp/web,URI=spiffe://corp/edge"
		if got, err := xfcc.Client("spiffe://corp/edge", header, []string{"spiffe://corp/edge"}); err == nil && got != "spiffe://corp/web" {
			t.Fatalf("%q made it %q", written, got)
		}
	})
}
