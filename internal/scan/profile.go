package scan

import (
	"github.com/meshwarden/meshwarden/internal/scan/cmdi"
	"github.com/meshwarden/meshwarden/internal/scan/crlf"
	"github.com/meshwarden/meshwarden/internal/scan/deserialization"
	"github.com/meshwarden/meshwarden/internal/scan/ldap"
	"github.com/meshwarden/meshwarden/internal/scan/log4shell"
	"github.com/meshwarden/meshwarden/internal/scan/match"
	"github.com/meshwarden/meshwarden/internal/scan/nosql"
	"github.com/meshwarden/meshwarden/internal/scan/prompt"
	"github.com/meshwarden/meshwarden/internal/scan/shellshock"
	"github.com/meshwarden/meshwarden/internal/scan/sqli"
	"github.com/meshwarden/meshwarden/internal/scan/ssrf"
	"github.com/meshwarden/meshwarden/internal/scan/ssti"
	"github.com/meshwarden/meshwarden/internal/scan/traversal"
	"github.com/meshwarden/meshwarden/internal/scan/xpath"
	"github.com/meshwarden/meshwarden/internal/scan/xss"
	"github.com/meshwarden/meshwarden/internal/scan/xxe"
)

// family is one kind of attack.
type family struct {
	name string
	// find reports nothing for a text without any of triggers. With wordTriggers, those made of letters
	// count only as whole words: SQL keywords inside other words are no SQL.
	find         func(text []byte, dst []match.Match) []match.Match
	triggers     []string
	wordTriggers bool
	// ofWords is what people and models read too, in whatever letters.
	ofWords bool
	// doubtful triggers do not count where dismiss, which is told where the trigger ends, says so.
	doubtful []string
	dismiss  func(text []byte, end int) bool
	// triggered is find for a text with one of triggers, where there is a cheaper one; within is that for the middle of a text, where it
	// makes a difference.
	triggered, within func(f *finders, text []byte, dst []match.Match) []match.Match
	// early are those doubtful triggers, of one byte, that count only in the first word of a text, and only where opens says so.
	early   []string
	opens   func(text []byte) bool
	inTags  bool // a part of a text is read with the beginning of the tag that it stands in
	inFiles bool // in base64 as much as in any other text
	values  bool // leaves the place that an application has for a short value: a part of a long text is none
}

var families = [...]family{
	{
		name: "sqli", find: sqli.Find, triggers: sqli.Triggers, wordTriggers: true, doubtful: sqli.Doubtful, dismiss: sqli.Dismiss,
		triggered: func(f *finders, text []byte, dst []match.Match) []match.Match { return f.sqli.FindTriggered(text, dst) },
	},
	{name: "xss", find: xss.Find, triggers: xss.Triggers, doubtful: xss.Doubtful, dismiss: xss.Dismiss, inTags: true, triggered: stateless(xss.FindTriggered)},
	{
		name: "path_traversal", find: traversal.Find, triggers: traversal.Triggers, doubtful: traversal.Doubtful, dismiss: traversal.Dismiss,
		early: traversal.Early, opens: traversal.Opens, triggered: stateless(traversal.FindTriggered),
	},
	{
		name: "command_injection", find: cmdi.Find, triggers: cmdi.Triggers, doubtful: cmdi.Doubtful, dismiss: cmdi.Dismiss,
		early: cmdi.Early, opens: cmdi.Opens, triggered: stateless(cmdi.FindTriggered), within: stateless(cmdi.FindWithin),
	},
	{
		name: "prompt_injection", find: prompt.Find, triggers: prompt.Triggers, ofWords: true,
		triggered: func(f *finders, text []byte, dst []match.Match) []match.Match {
			return f.prompt.FindTriggered(text, dst)
		},
	},
	{name: "nosqli", find: nosql.Find, triggers: nosql.Triggers},
	{name: "ssrf", find: ssrf.Find, triggers: ssrf.Triggers},
	{name: "ssti", find: ssti.Find, triggers: ssti.Triggers},
	{name: "xxe", find: xxe.Find, triggers: xxe.Triggers},
	{name: "ldap_injection", find: ldap.Find, triggers: ldap.Triggers, values: true},
	{name: "xpath_injection", find: xpath.Find, triggers: xpath.Triggers, values: true},
	{name: "log4shell", find: log4shell.Find, triggers: log4shell.Triggers},
	{name: "shellshock", find: shellshock.Find, triggers: shellshock.Triggers},
	{name: "crlf", find: crlf.Find, triggers: crlf.Triggers, within: stateless(crlf.FindWithin)},
	{name: "deserialization", find: deserialization.Find, triggers: deserialization.Triggers, inFiles: true},
}

// finders are the detectors that keep memory from text to text.
type finders struct {
	sqli   sqli.Finder
	prompt prompt.Finder
}

func stateless(find func([]byte, []match.Match) []match.Match) func(*finders, []byte, []match.Match) []match.Match {
	return func(_ *finders, text []byte, dst []match.Match) []match.Match { return find(text, dst) }
}

// find runs the detector of a family for a text with one of its triggers; within says that the text is one from the middle of another.
func (f *finders) find(family *family, text []byte, within bool, dst []match.Match) []match.Match {
	if within && family.within != nil {
		return family.within(f, text, dst)
	}
	if family.triggered != nil {
		return family.triggered(f, text, dst)
	}
	return family.find(text, dst)
}

const numFamilies = len(families)

// DefaultProfile is the profile of a policy that names none.
const DefaultProfile = "strict-api"

// profile is what kind of text a route carries: how sure the scanner must be before it speaks.
type profile struct {
	name string
	// attacks are the least confidences of findings, in the order of families.
	attacks [numFamilies]float32
	// data is the least confidence of personal data and secrets.
	data float32
}

// profiles is the one table of thresholds, on the scale of the detectors, whose own level for blocking is 0.8.
// Where a kind of text is the route's business (markup in an editor, SQL in an assistant), only what no such
// text contains is reported; a conversation may mention anything, so that words alone weigh less there; tool
// output is where indirect prompt injection arrives.
var profiles = [...]profile{
	//                               sqli  xss   path  cmd   prompt nosqli ssrf ssti  xxe   ldap  xpath log4  shock crlf  deserialization
	{"strict-api", [numFamilies]float32{0.75, 0.70, 0.70, 0.80, 0.80, 0.75, 0.75, 0.80, 0.80, 0.80, 0.80, 0.80, 0.80, 0.80, 0.80}, 0.5},
	{"html-editor", [numFamilies]float32{0.80, 0.90, 0.80, 0.85, 0.80, 0.80, 0.80, 0.85, 0.85, 0.84, 0.84, 0.80, 0.84, 0.84, 0.84}, 0.5},
	{"sql-assistant", [numFamilies]float32{0.90, 0.75, 0.75, 0.85, 0.80, 0.90, 0.80, 0.85, 0.85, 0.84, 0.84, 0.80, 0.84, 0.84, 0.84}, 0.5},
	{"ai-chat", [numFamilies]float32{0.85, 0.85, 0.85, 0.90, 0.78, 0.90, 0.85, 0.90, 0.90, 0.88, 0.88, 0.80, 0.90, 0.88, 0.90}, 0.5},
	{"tool-output", [numFamilies]float32{0.90, 0.85, 0.85, 0.90, 0.65, 0.90, 0.85, 0.90, 0.90, 0.88, 0.88, 0.80, 0.90, 0.88, 0.90}, 0.5},
}

// Profiles returns the names of the profiles, the default first.
func Profiles() []string {
	names := make([]string, len(profiles))
	for i := range profiles {
		names[i] = profiles[i].name
	}
	return names
}

func profileByName(name string) (*profile, bool) {
	for i := range profiles {
		if profiles[i].name == name {
			return &profiles[i], true
		}
	}
	return &profiles[0], false
}
