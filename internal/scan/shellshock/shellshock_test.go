package shellshock_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
	"github.com/meshwarden/meshwarden/internal/scan/shellshock"
)

const rule = "function_definition"

var family = matchtest.Family{
	Find:     shellshock.Find,
	Triggers: shellshock.Triggers,
	Attacks: []matchtest.Attack{
		{Rule: rule, Text: "() { :;}; echo vulnerable"},
		{Rule: rule, Text: "() { :; }; /bin/cat /etc/hosts"},
		{Rule: rule, Text: "(){:;};id"},
		{Rule: rule, Text: "() { _; } >_[$($())] { id; }"},
		{Rule: rule, Text: "() { (a)=>\\' bash -c 'id'"},
		{Rule: rule, Text: "() { ignored;};/bin/bash -i"},
		{Rule: rule, Text: "() { x() { _; }; x() { _; } <<a; }"},
		{Rule: rule, Text: "()\t{ test; }; id"},
		{Rule: rule, Text: "User-Agent: () { 0; }; id"},
		{Rule: rule, Text: "Referer: () { return 1; }; id"},
		{Rule: rule, Text: "env x='() { :;}; id' bash -c true"},
		{Rule: rule, Text: "agent 'a' () { :a;};id"},
		{Rule: rule, Text: "() {"},
	},
	Benign: []string{
		"sub modify () { 0; }\n\n1;", "sub B::SVp_NOK () { 0x02000000; }", "log () { :; }\nlog start",
		"foo() { :; }", "function () { a; }", "func() { x; }", "fn () { y; }", "() => { return; }", "const f = () => {}", "call () and { then }",
		"main() {", "x = function () { return 1; };", "noop() { :;}", "() -> { }", "()", "(", "if () { go(); }", "Foo::bar() { baz; }", "void f(void) {}",
	},
	Worst: []string{"()", "() {", "() { :", "() { a;", "()    ", "a=() {", "() { :;}"},
}

func TestFamily(t *testing.T) { matchtest.Run(t, family) }

func FuzzFind(f *testing.F) { matchtest.Fuzz(f, family, false) }

func BenchmarkFind(b *testing.B) { matchtest.Bench(b, family) }
