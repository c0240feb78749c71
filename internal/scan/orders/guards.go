package orders

import "github.com/meshwarden/meshwarden/internal/scan/lexicon"

// Classes of words in what an application tells its model about the orders of others.
const (
	gIn     lexicon.Class = 1 << iota // in, from, between
	gOthers                           // documents, pages, results, files: what is read for the user
	gSet                              // ignore, disregard
	gBefore                           // previous, above, your: what an attacker means
	gIf                               // if, even if, may
	gSays                             // asks, says, tries
	gRefuse                           // do not, decline, never, data
	gHeard                            // comply, reveal, obey: what shall not be done
)

var guardWords = lexicon.New(
	lexicon.Group{Class: gIn, Words: "in inside within from between of by"},
	lexicon.Group{Class: gOthers, Words: "document documents page pages website websites result results file files mail mails e-mail e-mails email emails transcript passage passages " +
		"attachment attachments tag tags snippet snippets tool tools search article articles comment comments ticket tickets them it retrieved untrusted web"},
	lexicon.Group{Class: gSet, Words: "ignore disregard follow obey"},
	lexicon.Group{Class: gBefore, Words: "previous prior earlier above your system"},
	lexicon.Group{Class: gIf, Words: "if when may might could even"},
	lexicon.Group{Class: gSays, Words: "ask asks say says try tries tell tells want wants pretend pretends claim claims request requests attempt attempts"},
	lexicon.Group{Class: gRefuse, Words: "not never decline refuse stay politely cannot don't untrusted"},
	lexicon.Group{Class: gHeard, Words: "comply obey follow decline refuse stay reveal share trust disclose"},
)

// maxGuard is how far around a match Guards reads, in bytes on each side, and how long the match may be: a warning is a
// sentence or two.
const maxGuard = 240

// Guards reports whether the match text[start:end] is a warning of orders rather than one: it says to ignore those in
// documents or results, or what to do if somebody gives them. Words that set the reader's own orders aside are none.
func Guards(text []byte, start, end int) bool {
	if end-start > maxGuard {
		return false
	}
	from := max(start-maxGuard, 0)
	for i := start - 1; i >= from; i-- {
		if c := text[i]; c == '\n' || (c == '.' || c == '!' || c == '?') && i+1 < start && text[i+1] == ' ' {
			from = i
			break
		}
	}
	l := lexer{text: text[:min(end+maxGuard, len(text))], at: from, begins: true}
	var said, ours, own lexicon.Class // of the sentence of the match up to its verb, behind it, and of the next one
	sentences, verb := 0, false
	for t := (token{}); sentences < 3 && l.next(&t); {
		if t.begins && t.start >= end {
			sentences++
		}
		c := guardWords.Class(text[t.start:t.end])
		switch {
		case sentences > 0:
			own |= c
		case c&gSet != 0 && !verb:
			verb = true
		case !verb:
			said |= c
		default:
			ours |= c
		}
	}
	reported := said&gIf != 0 && said&gSays != 0 && (own|ours)&gRefuse != 0 && (own|ours)&gHeard != 0
	others := verb && ours&gIn != 0 && ours&gOthers != 0 && ours&gBefore == 0
	return reported || others
}
