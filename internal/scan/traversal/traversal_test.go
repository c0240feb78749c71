package traversal_test

import (
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
	"github.com/meshwarden/meshwarden/internal/scan/traversal"
)

var family = matchtest.Family{
	Find:     traversal.Find,
	Triggers: traversal.Triggers,
	Attacks: []matchtest.Attack{
		{Rule: "file_stream", Text: "index.php::$DATA"},
		{Rule: "steps_to_target", Text: "../../../etc/shadow"},
		{Rule: "steps_to_target", Text: `..\..\windows\win.ini`},
		{Rule: "steps_to_target", Text: "file=../../.git/config"},
		{Rule: "disguised_steps_to_target", Text: "%2e%2e/%2e%2e/etc/hosts"},
		{Rule: "disguised_steps_to_target", Text: "..%252f..%252fetc%252fpasswd"},
		{Rule: "disguised_steps_to_target", Text: "....//....//etc/passwd"},
		{Rule: "disguised_steps_to_target", Text: "..;/..;/WEB-INF/web.xml"},
		{Rule: "disguised_steps_to_target", Text: "..\xc0\xaf..\xc0\xafetc\xc0\xafpasswd"},
		{Rule: "disguised_steps_to_target", Text: "%uff0e%uff0e%u2215%uff0e%uff0e%u2215boot.ini"},
		{Rule: "forged_steps", Text: "%c0%ae%c0%ae%c0%af%c0%ae%c0%ae%c0%afsrv"},
		{Rule: "forged_steps", Text: "..%%32%66..%%32%66srv"},
		{Rule: "disguised_steps", Text: "%2e%2e/%2e%2e/srv/a"},
		{Rule: "steps_with_nul", Text: "../../srv/a%00.png"},
		{Rule: "deep_steps", Text: "../../../../../../../../../../srv/a"},
		{Rule: "only_steps", Text: "../../../"},
		{Rule: "rooted_steps", Text: "/../../srv/a"},
		{Rule: "rooted_steps", Text: `/..\..\srv`},
		{Rule: "padded_steps", Text: "/" + strings.Repeat("Q", 200) + "/../../"},
		{Rule: "steps_above_start", Text: "img/../../srv/a"},
		{Rule: "steps_to_root", Text: "../../../opt/a/b"},
		{Rule: "archive_member", Text: "zip://a.png#b"},
		{Rule: "remote_text", Text: "https://evil.example/b.txt?"},
		{Rule: "nul_ending", Text: "ftp://evil.example/b%00"},
		{Rule: "repeated_here", Text: strings.Repeat("./", 20) + "a"},
		{Rule: "hidden_file", Text: "/.assistant/settings.json"},
		{Rule: "only_target", Text: "/etc/passwd"},
		{Rule: "only_target", Text: "php://filter/convert.base64-encode/resource=index.php"},
		{Rule: "only_target", Text: "c:/windows/win.ini"},
		{Rule: "target_with_nul", Text: "/etc/passwd%00.jpg"},
		{Rule: "steps_to_device", Text: `..\..\aux.h`},
		{Rule: "steps_in_file_name", Text: `Content-Disposition: form-data; name="f"; filename="../q.zip"`},
		{Rule: "steps_to_placeholder", Text: `..\..\{FILE}`},
		{Rule: "device_path", Text: `\\10.0.0.9\c$\a.txt`},
		{Rule: "device_path", Text: `\\?\D:\a.txt`},
		{Rule: "disguised_address", Text: "http:%252f%252fevil.example%252fa.txt"},
		{Rule: "wrapped_code", Text: "data://text/plain,<?php phpinfo(); ?>"},
		{Rule: "only_target", Text: "file://localhost/etc/group"},
		{Rule: "only_target", Text: "/web.config.old"},
		{Rule: "only_target", Text: "/tmp/sess_0a1b2c3d"},
		{Rule: "steps_to_target", Text: "../../config/database.yml"},
		{Rule: "steps_to_target", Text: strings.Repeat("words and more ", 40) + "../../etc/group"},
		{Rule: "target_with_nul", Text: strings.Repeat("words and more ", 40) + "/etc/group%00.jpg"},
		{Rule: "deep_steps", Text: strings.Repeat("words and more ", 40) + strings.Repeat("../", 9) + "a"},
	},
	Benign: []string{
		"Streams such as ::$DATA are files too", "Foo::$data = 1;",
		`import x from "../lib/x"`, "../assets/logo.png", "[docs](../../guide/intro.md)", "cd ../.. && make", "wait... what?", `Foo foo = ...;\n    Any any;`,
		"a/../b", "1..2", "for i in 1..10", "#include \"../../src/a.h\"",
		"Edit /etc/hosts and /etc/passwd by hand.", "https://example.com/a/b?c=%2F..", "100% etc. and so on",
		"file:///usr/share/doc/x/index.html in the browser", "..%2Fassets%2Flogo.png",
		`"..\\..\\packages\\a.dll"`, "....", "http://example.com/etc/about", "What??/ I said", "C:\\Users\\me\\a.txt",
		"/.well-known/acme-challenge/x", "/.gitignore and /.editorconfig", "./a", "././a", "/home/jane/notes.txt", "../../../../a/b.go", "/a/../../b is what it resolves",
		"~/.config/app/settings.json", "src/.eslintrc.json", "https://example.com/../a", `\d\w`, `\\`, "../console.md", `..\..\content\a.md`, "../{slug}.md", `\\server\share\a.doc`, "/etc/", "data:text/plain,hello", strings.Repeat("words and more ", 40) + "../a and ../../b of /etc/group", strings.Repeat("=", 80) + "../a", "path: ../../../a/b.go",
	},
	Worst: []string{"../", "..", ".", "%2e", "%25", "%", "%c0%ae", ".\x00", "..;", "0x2e", "\xc0\xae", "etc/", "/etc/passwd ", "./", "..//", "?.", "%%32", "\xe0\x80\xae", "file:/", "..\\/", "%2e%2e%2f", "%00", "/../", "./.", "/.a", "Q", "Q../", "a/../../", "zip://"},
}

func TestFamily(t *testing.T) { matchtest.Run(t, family) }

func FuzzFind(f *testing.F) { matchtest.Fuzz(f, family, false) }

func BenchmarkFind(b *testing.B) { matchtest.Bench(b, family) }
