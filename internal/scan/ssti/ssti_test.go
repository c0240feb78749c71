package ssti_test

import (
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
	"github.com/meshwarden/meshwarden/internal/scan/ssti"
)

var family = matchtest.Family{
	Find:     ssti.Find,
	Triggers: ssti.Triggers,
	Attacks: []matchtest.Attack{
		{Rule: "arithmetic_probe", Text: "{{8*8}}"},
		{Rule: "arithmetic_probe", Text: "a{{ 6 + 7 }}b"},
		{Rule: "arithmetic_probe", Text: "{{9*'9'}}"},
		{Rule: "arithmetic_probe", Text: "${8*8}"},
		{Rule: "arithmetic_probe", Text: "#{9*9}"},
		{Rule: "arithmetic_probe", Text: "*{9*9}"},
		{Rule: "arithmetic_probe", Text: "@{9*9}"},
		{Rule: "arithmetic_probe", Text: "%{9*9}"},
		{Rule: "arithmetic_probe", Text: "<%= 8 * 8 %>"},
		{Rule: "arithmetic_probe", Text: "${{8*8}}"},
		{Rule: "runtime_access", Text: "{{ ''.__class__.__mro__[1].__subclasses__() }}"},
		{Rule: "runtime_access", Text: "{{ request|attr('\\x5f\\x5fclass\\x5f\\x5f') }}"},
		{Rule: "runtime_access", Text: "{{ lipsum.__globals__ }}"},
		{Rule: "runtime_access", Text: "{{ cycler.q }}"},
		{Rule: "runtime_access", Text: "{{ ['id']|map('system')|join }}"},
		{Rule: "runtime_access", Text: "{{_self.env.registerUndefinedFilterCallback('x')}}"},
		{Rule: "runtime_access", Text: "${T(java.lang.Runtime).getRuntime().exec('id')}"},
		{Rule: "runtime_access", Text: "${''.getClass().forName('x')}"},
		{Rule: "runtime_access", Text: "%{(#_memberAccess=@ognl.OgnlContext@X)}"},
		{Rule: "runtime_access", Text: "<%= system('id') %>"},
		{Rule: "runtime_access", Text: "{% for c in x.__subclasses__() %}"},
		{Rule: "runtime_access", Text: "#{global.process.mainModule.require('child_process')}"},
		{Rule: "template_statement", Text: `<#assign q="x"?new()>`},
		{Rule: "template_statement", Text: "#set($q=$x.getClass().forName('java.lang.Runtime'))"},
		{Rule: "template_statement", Text: "{php}echo 1;{/php}"},
		{Rule: "template_utility", Text: "freemarker.template.utility.Execute"},
		{Rule: "runtime_type", Text: "T(java.lang.System)"},
		{Rule: "arithmetic_probe", Text: "{{(7*7)}}"},
		{Rule: "arithmetic_probe", Text: `{{"a"*5}}`},
		{Rule: "arithmetic_probe", Text: "{%print(7*7)%}"},
		{Rule: "arithmetic_probe", Text: "@(7*7)"},
		{Rule: "object_probe", Text: "{{'a'.upper()}}"},
		{Rule: "object_probe", Text: "Hello {{ config.items() }}"},
		{Rule: "object_probe", Text: `{%if request["application"]%}{%endif%}`},
		{Rule: "object_probe", Text: "{{ self|string|list }}"},
		{Rule: "object_probe", Text: "{{app.request.server.all|join(',')}}"},
		{Rule: "object_probe", Text: "{$smarty.version}"},
		{Rule: "runtime_access", Text: "{{ request|attr(request.args.x) }}"},
		{Rule: "runtime_access", Text: `{{ x|attr(["_"*2,"class"]|join) }}`},
		{Rule: "runtime_access", Text: "{{''[request.args.a][request.args.b]}}"},
		{Rule: "runtime_access", Text: "{%- set g = dict(po=1,p=2)|join -%}"},
		{Rule: "runtime_access", Text: "{{ {'id':'shell_exec'}|map('call_user_func')|join }}"},
		{Rule: "runtime_access", Text: "<%= Dir.entries('/') %>"},
		{Rule: "runtime_access", Text: `#{File.read("/etc/hostname")}`},
		{Rule: "runtime_access", Text: "<%= `ls /` %>"},
		{Rule: "runtime_access", Text: "#{ %x(id) }"},
		{Rule: "runtime_access", Text: "${.data_model}"},
		{Rule: "runtime_access", Text: "x = x.mainModule.require"},
		{Rule: "runtime_access", Text: `$class.inspect("java.lang.Runtime").type`},
		{Rule: "runtime_access", Text: `@{System.Diagnostics.Process.Start("x");}`},
		{Rule: "runtime_access", Text: `@System.IO.File.ReadAllText("x")`},
		{Rule: "runtime_access", Text: `{self::getStreamVariable("file:///x")}`},
		{Rule: "template_utility", Text: "{Smarty_Internal_Write_File::writeFile($SCRIPT_NAME,\"x\")}"},
		{Rule: "template_statement", Text: `{math equation="(\"\\163\\171\")(\"id\")"}`},
		{Rule: "template_statement", Text: `{function name='x(){};system("id");function '}{/function}`},
		{Rule: "template_statement", Text: `#evaluate($request.getParameter("x"))`},
		{Rule: "template_file", Text: `#include("/etc/passwd")`},
		{Rule: "template_file", Text: "<#include '/etc/passwd'>"},
		{Rule: "template_file", Text: "{fetch file='/etc/passwd'}"},
		{Rule: "template_file", Text: "{{source('/etc/passwd')}}"},
		{Rule: "string_lookup", Text: "${script:javascript:x}"},
		{Rule: "string_lookup", Text: "${dns:address|evil.example}"},
		{Rule: "object_chain", Text: "().__class__.__bases__[0]"},
		{Rule: "object_chain", Text: strings.Repeat("x", 600) + " ''.__class__.__bases__[0]"},
		{Rule: "object_chain", Text: strings.Repeat("x", 600) + " q.__init__.__globals__['__builtins__']"},
	},
	Benign: []string{
		"<release>${java.version}</release>", `<Image sources={{ light: require("./a.png").default }} />`,
		"{{ user.name }}", "Hello {{name}}, you owe ${amount}", "{% if n > 1 %}{{ n }}{% endif %}", "${{ secrets.TOKEN }}", "{{ .Values.image | default \"x\" }}",
		"#{name} and #{count + 1}", "<%= link_to @user.name, user_path(@user) %>", "${HOME}/bin:${PATH}", "a = {{1, 2}, {3, 4}}", "x^{2*n}", "@{user}",
		"self.__class__.__name__", "if __name__ == '__main__':", "def __init__(self, x):", "%{User-Agent}i %{+Q}o", "{{1-2}} {{3}}", "${a*b}", "\\frac{{2}}{{3}}",
		"int a[2][2] = {{1*2, 3}, {4, 5}};", "HEAD@{1}", "C++ <% digraphs %>", "set(x) #set of things", "${price * 2}", "{{ price + 1 }}", "{{ system.name }}", "{{ execution }}",
		"`${a + 1} of ${2 * n}`", strings.Repeat("The template {{ 7*7 }} prints 49 in the documentation. ", 12), "obj.__dict__ and __slots__", "{{config}}", "cycler and joiner",
		"{{ config.name }} of {{ request.user }}", "{{ x|attr('name') }}", "{{ items|map(attribute='id')|list }}", "<%= File.read(path) %>", "#{File.read(name)}", "<%= `Hello ${name}` %>",
		"{% include 'header.html' %}", `{{ lookup('file', '/etc/motd') }}`, "#include <stdio.h>", "@(posedge clk)", "@System.DateTime.Now", "@{ var x = 1; }", "{include file='header.tpl'}", "{fetch more}",
		"{$smarty.now}", "${env:HOME} ${sys:user.home} ${url:x}", "{{ ', '.join(names) }}", "app.settings.config.items()", "@(1)", "{{ dict(a=1) }}", "process.main", "modload.MainModules.GoVersion", "java.util.Locale.setDefault(java.util.Locale.US)", "{math equation='x + y'}", "~{x}",
		"var {function(){}}", "{function (){}", "<%ENV> in system()", "{{ icon: require('./java.png').default }}", "/// @{\n/// exec(x)\n}", "C<%>, it is eval()ed", "${file:UTF}",
		strings.Repeat("x", 600) + " base in obj.__class__.__mro__[:-1]:", "{{ user['name'] }}", "#{count % x}", "#parse('header.vm')",
	},
	Worst: []string{"{{", "${", "{%", "<%", "_", "__class__.", "#{8*", "{{8*8}}", "t(java.", "<#assign", "__class__", "{{__", "#set("},
}

func TestFamily(t *testing.T) { matchtest.Run(t, family) }

func FuzzFind(f *testing.F) { matchtest.Fuzz(f, family, false) }

func BenchmarkFind(b *testing.B) { matchtest.Bench(b, family) }
