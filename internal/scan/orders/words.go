package orders

import "github.com/meshwarden/meshwarden/internal/scan/lexicon"

// Classes of words.
const (
	vSet       lexicon.Class = 1 << iota // to set aside
	vFollow                              // to do as one is told
	vAct                                 // what an agent can be made to do
	vTell                                // the same, of telling somebody
	vSend                                // the same, of sending
	vReveal                              // the same, of showing
	vInto                                // get the user to, let them
	vTold                                // what the reader or the user was told, asked, wants
	vWant                                // the same, of what need not be said: whatever you want
	oOrders                              // instructions
	oTask                                // what the reader is at
	oSecret                              // what must not be shown
	oTool                                // a tool, a function
	oReply                               // the reader's answer
	oPlace                               // the text that is read
	qBefore                              // previous, above
	qAll                                 // all, any, whatever
	qNew                                 // new, real
	wYou                                 // you, your
	wUser                                // the user, in the third person
	wModel                               // the reader as a machine
	wNot                                 // not, never
	wMust                                // must, please, and what else stands before an order
	wGreet                               // dear, hey, attention
	wIf                                  // if
	wAre                                 // are, have been
	wVoid                                // void, cancelled
	wInstead                             // instead, rather
	wSecretly                            // secretly
	wSupersede                           // supersedes, takes precedence over
	wWithout                             // without
	wAsking                              // asking, confirmation
	wFrom                                // from, as of
	wShout                               // what headings of forged orders say
	wAside                               // set, leave
	wAway                                // aside, out
	wMaker                               // system, developer, operator
	qOwn                                 // of the model's makers: safety filter, content policy
	vWipe                                // delete, clear: what only a reader has to be told of itself
	wThem                                // it, them
	wHello                               // dear, hey
	wWhatever                            // whatever, regardless, no matter
)

// Triggers are lower-case literals: where none of them and none of package prompt's stands, Find is not asked.
var Triggers = []string{
	"instead", "rather than", "the user", "assistant", " ai ", " llm", "gpt", "copilot", "claude", "gemini", "chatbot", "you were ", "whatever", "no matter", "attention",
	"orders", "invalid", "your task", "your goal", "your plan", "your answer", "stop ", "skip ", "cancel", "drop ", "discard", "obey", "never mind", "nevermind", "supersede",
	"precedence", "regardless", "rather,", "original", "developer", "creators",
}

// words is English: in other languages package prompt stands alone.
var words = lexicon.New(
	lexicon.Group{Class: vSet, Words: "ignore ignoring disregard disregarding forget neglect overlook override overriding bypass abandon drop discard disobey skip cancel " +
		"suspend overwrite dismiss omit bypassing stop cease halt nevermind remove neglecting forgetting overrule overruling circumvent evade erase"},
	lexicon.Group{Class: vFollow, Words: "follow following obey comply answer answering process processing summarise summarize summarising summarizing translate translating adhere " +
		"listen continue execute respond responding heed do doing complete reading trust completing listening finishing fulfilling executing performing believe believing obeying trusting"},
	lexicon.Group{Class: vAct, Words: "reply respond output print reveal tell say send forward transfer execute run visit click open delete post recommend approve write list " +
		"show include buy book pay add call use give answer export upload invite confirm insert return repeat report mention state warn direct describe disable enable " +
		"encrypt rename remove download install read pass read collect gather navigate search email wire order grant create set sell rank accept behave act begin proceed treat refund archive praise mark log turn unlock lock allow change modify update edit redirect encode fetch query sign release issue assign close escalate rate submit cancel"},
	lexicon.Group{Class: vTell, Words: "tell inform mention reveal notify warn direct convince persuade urge ask advise show explain report alert disclose say instruct reply respond"},
	lexicon.Group{Class: vSend, Words: "send forward transfer post upload export email e-mail wire submit exfiltrate leak share visit open call pass copy navigate fetch report"},
	lexicon.Group{Class: vReveal, Words: "print printing output reveal revealing show list return repeat quote tell give disclose display expose leak write read export collect"},
	lexicon.Group{Class: vInto, Words: "get make let"},
	lexicon.Group{Class: vTold, Words: "told asked said instructed given gave wrote says requested got received assigned named chose typed required"},
	lexicon.Group{Class: vWant, Words: "want wants wanted prefer prefers tell tells ask asks trying expects meant requires"},
	lexicon.Group{Class: oOrders, Words: "instruction instructions order orders directive directives command commands guideline guidelines guidance prompt prompts rule rules " +
		"policy policies restriction restrictions filter filters programming criteria directions constraints safeguards requirement requirements limit limits limitation limitations instructs programmed training filter safeguard protocols protocol"},
	lexicon.Group{Class: oTask, Words: "request requests question questions query task tasks goal goals objective objectives conversation context role wish wishes preference " +
		"preferences summary job mission assignment intent duty duties plan plans step steps script booking search memory job"},
	lexicon.Group{Class: oSecret, Words: "password passwords key keys token tokens credentials secrets prompt instructions contents content env environment variables codename passwd id_rsa history"},
	lexicon.Group{Class: oTool, Words: "tool tools function functions api endpoint command"},
	lexicon.Group{Class: oReply, Words: "answer answers reply response summary output review report"},
	lexicon.Group{Class: oPlace, Words: "page document text file paragraph sentence notice mail message content website line article ticket record"},
	lexicon.Group{Class: qBefore, Words: "previous prior earlier above before former preceding old original existing current initial past up far"},
	lexicon.Group{Class: qAll, Words: "all any every each everything anything whatever whichever none rest other what nothing whoever others"},
	lexicon.Group{Class: qNew, Words: "new real updated actual true only next"},
	lexicon.Group{Class: wYou, Words: "you your yours yourself you're you've you'll you'd"},
	lexicon.Group{Class: wUser, Words: "user users user's users' human person"},
	lexicon.Group{Class: wModel, Words: "assistant assistants ai ais llm llms gpt chatgpt copilot claude gemini agent agents bot bots chatbot chatbots model models crawlers ai-based llm-based summariser summarizer summarisers summarizers automated"},
	lexicon.Group{Class: wNot, Words: "not never don't dont no cannot can't nothing none mustn't needn't doesn't didn't needn't shouldn't won't isn't aren't"},
	lexicon.Group{Class: wMust, Words: "must should shall need needs please and then to now will required instructed you just so simply also immediately silently secretly it they first kindly can may hereby will until unless or pls"},
	lexicon.Group{Class: wGreet, Words: "dear hey hi hello attention note notice to for instruction instructions message important"},
	lexicon.Group{Class: wIf, Words: "if when whenever case"},
	lexicon.Group{Class: wAre, Words: "is are was were been have has be"},
	lexicon.Group{Class: wVoid, Words: "void cancelled canceled revoked invalid outdated replaced suspended lifted deleted superseded obsolete expired wrong malicious changed updated " +
		"irrelevant rescinded null disregarded ignored overridden reset incorrect withdrawn apply applies count counts hold holds matter matters attacker lying bind binds tampered"},
	lexicon.Group{Class: wInstead, Words: "instead rather"},
	lexicon.Group{Class: wSecretly, Words: "secretly silently quietly covertly discreetly"},
	lexicon.Group{Class: wSupersede, Words: "supersede supersedes supersedes replace replaces override overrides precedence overrule overrules"},
	lexicon.Group{Class: wWithout, Words: "without"},
	lexicon.Group{Class: wAsking, Words: "asking confirmation telling confirming informing mentioning notifying"},
	lexicon.Group{Class: wFrom, Words: "from as"},
	lexicon.Group{Class: wAside, Words: "set put leave lay throw"},
	lexicon.Group{Class: wAway, Words: "aside out away"},
	lexicon.Group{Class: wMaker, Words: "system developer operator developer's operator's developers creator creators makers programmers"},
	lexicon.Group{Class: qOwn, Words: "safety content privacy moderation usage ethical security"},
	lexicon.Group{Class: vWipe, Words: "delete clear wipe"},
	lexicon.Group{Class: wThem, Words: "it them that this these those one their"},
	lexicon.Group{Class: wHello, Words: "dear hey hi hello attention"},
	lexicon.Group{Class: wWhatever, Words: "whatever regardless matter"},
	lexicon.Group{Class: wShout, Words: "important system override instruction instructions new task attention stop urgent admin notice ignore mandatory"},
)
