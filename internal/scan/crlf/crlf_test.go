package crlf_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/crlf"
	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
)

var family = matchtest.Family{
	Find:     crlf.Find,
	Triggers: crlf.Triggers,
	Attacks: []matchtest.Attack{
		{Rule: "header_line", Text: `\r\nSet-Cookie: a=b`},
		{Rule: "protocol_command", Text: "x%0d%0aCONFIG%20SET%20dir%20/tmp"},
		{Rule: "protocol_command", Text: "x%0d%0aSTARTTLS%0d%0a"},
		{Rule: "header_line", Text: "/%0d%0aSet-Cookie:crlf=injection"},
		{Rule: "header_line", Text: "/%0aSet-Cookie: a=b"},
		{Rule: "header_line", Text: "/%23%0d%0a%09Location:%20//evil.example"},
		{Rule: "header_line", Text: "/%250aSet-Cookie:a=b"},
		{Rule: "header_line", Text: "/%%0a0aSet-Cookie:a=b"},
		{Rule: "header_line", Text: "/%25%30%61Set-Cookie:a=b"},
		{Rule: "header_line", Text: "/%u000aSet-Cookie:a=b"},
		{Rule: "header_line", Text: "x%0D%0AContent-Length%3A%200%0D%0A"},
		{Rule: "header_line", Text: "%E5%98%8A%E5%98%8DLocation:evil"},
		{Rule: "header_line", Text: "x\r\nSet-Cookie: session=1"},
		{Rule: "header_line", Text: "/a\nLocation: https://evil.example/"},
		{Rule: "header_line", Text: "eve@evil.example\r\nBcc: all@evil.example"},
		{Rule: "header_line", Text: "en\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK"},
		{Rule: "header_line", Text: "x\r\nX-Forwarded-For: 127.0.0.1"},
		{Rule: "header_line", Text: `x\r\nSet-Cookie: a=1`},
		{Rule: "status_line", Text: "en%0d%0a%0d%0aHTTP/1.1%20200%20OK"},
		{Rule: "status_line", Text: "en\r\nHTTP/1.1 200 OK"},
		{Rule: "message_body", Text: "x%0d%0a%0d%0a%3Cb%3E"},
		{Rule: "unknown_header_line", Text: "/www.example.com/%2e%2e%2f%0d%0aheader:header"},
	},
	Benign: []string{
		"first%0aSETTINGS are below", "a%0AQUITE so", `\r\nnote: the end`,
		"Dear all,\r\nwe meet on Monday.\r\nLocation: Berlin\r\nHost: Ann", "Meeting\nLocation: Berlin\nDate: Monday", "a\nb\nc", "name: x\nhost: y\nlocation: /z",
		"GET / HTTP/1.1\r\nHost: example.com\r\nContent-Type: text/plain\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>",
		"mailto:a@example.com?subject=Hi&body=Hello%0D%0AName:%20Ann%0D%0A", "line one%0Aline two", "100%0a", "Set-Cookie: a=b", "the header Set-Cookie: a=b is sent",
		`printf("a\nb: %d\n", x)`, "Content-Type: text/plain\nContent-Length: 3\n\nabc", "%0A", "\r\n", "todo\nto: buy milk\nfrom: the shop", `a\nb:c`, "x\r\n\r\n<p>hello</p>",
		"Subject\r\nTo: you\r\n", "first\r\nsecond:third", "嘊嘍", `C:\new\road: x`,
	},
	Worst: []string{"\n", "\r\n", "%0a", "%", "%0d%0a%20", "\\n", "x:\n", "\nset-cookie:", "%0aa:", "body=", "\xe5\x98\x8a", "%25%30"},
}

func TestFamily(t *testing.T) { matchtest.Run(t, family) }

func FuzzFind(f *testing.F) { matchtest.Fuzz(f, family, false) }

func BenchmarkFind(b *testing.B) { matchtest.Bench(b, family) }
