package ssrf_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
	"github.com/meshwarden/meshwarden/internal/scan/ssrf"
)

var family = matchtest.Family{
	Find:     ssrf.Find,
	Triggers: ssrf.Triggers,
	Attacks: []matchtest.Attack{
		{Rule: "metadata_address", Text: "http://169.254.169.254/latest/meta-data/iam/security-credentials/"},
		{Rule: "metadata_address", Text: "169.254.169.254/latest/user-data"},
		{Rule: "metadata_address", Text: "url=http://metadata.google.internal/computeMetadata/v1/"},
		{Rule: "metadata_address", Text: "HTTP://METADATA.GOOGLE.INTERNAL./x"},
		{Rule: "metadata_address", Text: "http://2852039166/"},
		{Rule: "metadata_address", Text: "http://0xA9FEA9FE/"},
		{Rule: "metadata_address", Text: "http://0251.0376.0251.0376/"},
		{Rule: "metadata_address", Text: "http://169.16689662/"},
		{Rule: "metadata_address", Text: "http://[::ffff:169.254.169.254]/"},
		{Rule: "metadata_address", Text: "http://[::ffff:a9fe:a9fe]/"},
		{Rule: "metadata_address", Text: "http://[fd00:ec2::254]/latest/"},
		{Rule: "metadata_address", Text: "https://example.com@169.254.169.254/"},
		{Rule: "metadata_address", Text: "http://100.100.100.200/latest/meta-data/"},
		{Rule: "metadata_address", Text: "http://169.254.170.2/v2/credentials"},
		{Rule: "metadata_address", Text: `http:\\169.254.169.254\x`},
		{Rule: "disguised_address", Text: "http://2130706433:8080/admin"},
		{Rule: "disguised_address", Text: "http://0x7f.1/"},
		{Rule: "disguised_address", Text: "http://0177.0.0.1/"},
		{Rule: "disguised_address", Text: "http://127.1/"},
		{Rule: "disguised_address", Text: "http://127.42.3.9/"},
		{Rule: "disguised_address", Text: "http://0.0.0.0:22/"},
		{Rule: "disguised_address", Text: "http://[::]:80/"},
		{Rule: "disguised_address", Text: "http://[::ffff:127.0.0.1]/"},
		{Rule: "disguised_address", Text: "http://[::ffff:7f00:1]/"},
		{Rule: "rebinding_name", Text: "http://127.0.0.1.nip.io/"},
		{Rule: "metadata_address", Text: "http://[0000:0000:0000:0000:0000:ffff:a9fe:a9fe]/"},
		{Rule: "metadata_address", Text: "http://[2002:a9fe:a9fe::]/"},
		{Rule: "metadata_address", Text: "http://[fe80::a9fe:a9fe%25eth0]/"},
		{Rule: "metadata_address", Text: "http://[fd00:0ec2:0::0254]/"},
		{Rule: "metadata_address", Text: "http://[64:ff9b::a9fe:a9fe]/"},
		{Rule: "metadata_address", Text: "http://425.510.425.510/"},
		{Rule: "metadata_address", Text: "http://7147006462/"},
		{Rule: "metadata_address", Text: "http://metadata/computeMetadata/v1/"},
		{Rule: "metadata_address", Text: "//169.254.169.254/latest/"},
		{Rule: "metadata_address", Text: "http://169.254.169.254;allowed.example/"},
		{Rule: "disguised_address", Text: "http:127.0.0.1/"},
		{Rule: "disguised_address", Text: "http:/127.0.0.1/"},
		{Rule: "disguised_address", Text: "http://[::127.0.0.1]/"},
		{Rule: "disguised_address", Text: "http://[0::1]/"},
		{Rule: "disguised_address", Text: "http://①②⑦.⓪.⓪.①/"},
		{Rule: "disguised_address", Text: "http://127。0。0。1/"},
		{Rule: "confused_authority", Text: "http://allowed.example@127.0.0.1:22/"},
		{Rule: "confused_authority", Text: `http://allowed.example\@169.254.169.254/`},
		{Rule: "confused_authority", Text: "http://1.1.1.1&@2.2.2.2#@127.0.0.1/"},
		{Rule: "confused_authority", Text: "http://allowed.example#@169.254.169.254/"},
		{Rule: "loopback_service", Text: "http://127.0.0.1:6379/"},
		{Rule: "loopback_service", Text: "http://[::1]%23.allowed.example/"},
		{Rule: "socket", Text: "http://unix:/var/run/docker.sock:/containers/json"},
		{Rule: "rebinding_name", Text: "http://7f000001.c0a80001.rbndr.us/"},
		{Rule: "callback_name", Text: "http://x1.oastify.com/"},
		{Rule: "smuggling_scheme", Text: "gopher://10.0.0.7:6379/_FLUSHALL"},
		{Rule: "smuggling_scheme", Text: "dict://10.0.0.7:11211/stat"},
		{Rule: "smuggling_scheme", Text: "target=ldap://evil.example:389/a"},
		{Rule: "smuggling_scheme", Text: "ldap://10.0.0.7:389"},
		{Rule: "smuggling_scheme", Text: "ldaps://a.b.example/Exploit"},
		{Rule: "smuggling_scheme", Text: "jar:http://evil.example/a.jar!/"},
	},
	Benign: []string{
		"ldaps://ldap.example.com:636", "ldap://dc1.corp.example/", "url=ldap://ldap.example.com:389/dc=example,dc=com?uid?sub",
		"https://example.com/a?b=1", "http://93.184.216.34/", "http://localhost:8080/health", "http://127.0.0.1:9901/stats", "http://[2001:db8::1]/", "http://2001:0db8:85a3:0000:0000:8a2e:0370:7334/",
		"The metadata service answers at http://169.254.169.254/latest/ on AWS.", "https://4chan.example/1", "https://1password.com/", "https://123.example.com/",
		"ws://10.0.0.1/", "see ldap://host in RFC 4516", "12:30 and 127.1 degrees", "redis://cache:6379/0", "postgres://u@db:5432/x", "https://user@example.com/",
		"https://example.com/?v=2130706433", "time 00:00:00", "a://", "://1", "http://192.168.1.10/", "http://10.1.2.3:8080/", "https://metadata.example.com/", "urn:isbn:1", "dict: a word",
		"http://user:pass@127.0.0.1:8080/", "https://first.last:pw@example.com/", "https://example.com/@127.0.0.1", "http://localhost:3000/x", "http://127.0.0.1:8500/", "http:1", "http: 127.0.0.1",
		"http://999.1.2.3/", "docker://1.8.1", "Metadata/AWS::CloudFormation::Interface", "containerd://1.7", "tag:example.com,2005://1", "http://[2002:102:304::]/", "http://[::ffff:93.184.216.34x]/", "https://unix.example/", "https://metadata.example/", "// 169.254.1.1 is link-local", "http://[fe80::1%25eth0]/",
		"mailto:a@127.0.0.1", "http://中文。例子/", "https://my-metadata/",
	},
	Worst: []string{"http://1.", "://", "http://[::", "a:", "http://0x", "@1", "jar:http", "http://1:", "x://[", "http://1 ", "http:@", "http://@", "http://a:@["},
}

func TestFamily(t *testing.T) { matchtest.Run(t, family) }

func FuzzFind(f *testing.F) { matchtest.Fuzz(f, family, false) }

func BenchmarkFind(b *testing.B) { matchtest.Bench(b, family) }
