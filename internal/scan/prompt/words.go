package prompt

import "github.com/meshwarden/meshwarden/internal/scan/lexicon"

// Classes of words. Other languages share the classes: word order is close enough in a window.
const (
	vIgnore   lexicon.Class = 1 << iota // verbs of setting instructions aside
	vDrop                               // verbs that do so only with instructions as their object
	vReveal                             // verbs of giving something out
	vFollow                             // follow, obey, comply
	vRefuse                             // refuse, decline
	vAct                                // act, pretend, behave
	vStop                               // stop, quit
	dPrevious                           // what came before
	dAll                                // all, any, every
	dYour                               // your, my
	dThese                              // these, our: whose is open
	oOrders                             // instructions and what only a model is given
	oRules                              // rules, text, task: ordinary words for it
	oPrompt                             // prompt
	oSecret                             // password, secret
	oThing                              // everything, anything
	wSystem                             // system, hidden, initial
	wModel                              // names of models and of the kind
	wLimits                             // restrictions, filters, guidelines
	wMoral                              // ethical, moral, legal
	wWithout                            // no, without, free
	wUnbound                            // unfiltered, uncensored
	wNot                                // negations
	wPerson                             // I, we, they: the sentence is about someone else's doing
	wYou
	wAre
	wNow
	wNew
	wAs
	wBe
	wFrom
	wMode
	wRole
	wUser
	wWrong // illegal, harmful
	wExactly
	wInstead
	wBound
	wWhat
	wMust
	wDo
	wFor     // goes on to say what instructions are for
	wFiction // story, game, hypothetical
	wMeta    // attack, researchers: the sentence is about injections
	wWays    // responses, personalities
	wWarning // warnings, disclaimers
	wEnd     // may follow a complete command
	wVoid    // cancelled, void
	wGiven   // given, told, received
	wMine    // my: the sender's own
	wUnknown // what a program skips
	wPlease  // turns an infinitive into an order
	wInfinitive
	oMessage // what people ask each other to ignore: mails, orders, colours
	wFirst
	wPersona // DAN
	vSet     // set, throw, put; the opposite
	wAside
	vDecode
	wCode // base64, morse
	vObey // execute, do
	vJoin
	wPiece // letters, lines
	wTool
)

// A class has 64 bits and there are no more: classes of English words alone share theirs with classes of other languages' alone.
const (
	wMaker = wInfinitive // who made the model or runs it
	wClaim = oMessage    // first words of what claim looks for
)

// The same the other way round: classes of other languages alone.
const (
	wOperator = vSet   // who made the model or runs it
	wTaken    = vJoin  // hacked, pwned
	wTwin     = wWays  // twin, twice
	wSend     = wTool  // forward, send
	wRelease  = wBound // free from
	wWhatever = wMoral // whatever it says
	wScore    = wPiece // the best mark
	wReads    = wAside // who reads this
)

var vocabulary = lexicon.New(groups[:]...)

var groups = [...]lexicon.Group{
	{Class: vIgnore, Words: "ignore ignor ignores ignoring igonre ingore disregard disregarding forget forgetting forgot forgotten " +
		"ignored disregarded neglect overlook" +
		"scrap scratch"},
	{Class: vDrop, Words: "disobey defy bypass override overwrite discard dismiss delete erase remove omit skip cancel reset clear " +
		"revoke negate negates nullifies drop undo abandon void nullify break violate contradict unlearn circumvent change replace"},
	{Class: vReveal, Words: "respond rewrite gimme confirm reconfirm know reveal show print repeat tell give output display disclose say " +
		"write spell list share leak expose translate summarize summarise provide recite describe explain echo dump " +
		"decode encode copy quote turn convert duplicate reiterate replay unveil divulge paste retype rephrase restate enumerate"},
	{Class: vFollow, Words: "follow obey comply abide adhere conform respect following obeying complying adhering answer respond fulfill reply listen accept"},
	{Class: vRefuse, Words: "refuse refuses decline declines reject rejects deny denies apologize apologise"},
	{Class: vAct, Words: "act acting behave pretend pretending roleplay roleplaying simulate simulating emulate impersonate imagine " +
		"immerse play playing become embody"},
	{Class: vStop, Words: "stop quit cease end start begin"},
	{Class: dPrevious, Words: "precedes precede previous previously prior above preceding earlier before beforehand foregoing past initial aforementioned " +
		"last"},
	{Class: dAll, Words: "all any every whatever"},
	{Class: dYour, Words: "your my ur"},
	{Class: wMine, Words: "my"},
	{Class: wUnknown, Words: "unknown invalid unsupported unrecognized unrecognised undefined redundant"},
	{Class: dThese, Words: "these those our"},
	{Class: oOrders, Words: "instruction instructions instrucion instrucions intructions instuctions instructons istructions indtructions"},
	{Class: oRules, Words: "directive directives directions direction programming restriction limitation protocol protocols rule rules " +
		"guideline guidelines guidance command commands order orders task tasks assignment assignments text texts " +
		"message messages context conversation statement statements words sentence sentences content data information " +
		"constraints policies policy training restrictions limitations input inputs request requests question " +
		"questions paragraph dialogue chat details documents " +
		"knowledge rubric criteria"},
	{Class: oPrompt, Words: "prompt prompts promt pormpt preprompt"},
	{Class: oSecret, Words: "password passwords passphrase passcode secret secrets credentials pasword keyword codeword"},
	{Class: oThing, Words: "everything anything all stuff"},
	{Class: wSystem, Words: "system hidden secret initial internal confidential original full entire complete developer custom exact " +
		"actual own base core"},
	{Class: wModel, Words: "ai chatgpt gpt chatbot assistant llm openai bard claude gemini model gpt3 gpt4 bing chatgtp bot anthropic"},
	{Class: wLimits, Words: "guardrails guardrail restrictions restriction limitations limitation limits limit filters filter filtering guidelines guideline " +
		"rules censorship boundaries constraints policies policy morals ethics morality laws inhibitions safeguards " +
		"safety restraints principles code considerations standards norms consideration regulations consequences " +
		"bounds"},
	{Class: wMoral, Words: "ethical ethic ethics moral morals morality legal legality illegal content openai's openai safety societal"},
	{Class: wWithout, Words: "no without free freed lacks ignoring ignores bypasses bypass zero none despite regardless beyond"},
	{Class: wUnbound, Words: "nonjudgmental unfiltered uncensored unrestricted amoral unbiased unethical unhinged unlimited unbound " +
		"unchained jailbroken jailbreak jailbreaking jailbroke unfiltred unrestrained nonmoral uninhibited"},
	{Class: wNot, Words: "not longer don't dont never doesn't doesnt won't cannot can't isn't nor n't didn't shouldn't aren't"},
	{Class: wPerson, Words: "i we they he she it which who that will would shall could may might can causes cause compilers option " +
		"options to users people i'd we'd"},
	{Class: wYou, Words: "you u ur you're youre"},
	{Class: wAre, Words: "are r will'll you're re must shall will"},
	{Class: wNow, Words: "now henceforth onwards onward hereby"},
	{Class: wNew, Words: "new next following"},
	{Class: wAs, Words: "as like"},
	{Class: wBe, Words: "be being"},
	{Class: wFrom, Words: "from"},
	{Class: wMode, Words: "mode"},
	{Class: wRole, Words: "character role persona personality"},
	{Class: wUser, Words: "user users human customer reader"},
	{Class: wWrong, Words: "illegal unethical immoral harmful dangerous offensive inappropriate malicious nsfw explicit unlawful " +
		"profanity profane swear curse crime crimes violence evil vulgar racist sexist obscene toxic bomb bombs napalm explosives meth malware ransomware unsafe"},
	{Class: wExactly, Words: "verbatim exactly word-for-word entirety literally completely"},
	{Class: wInstead, Words: "instead"},
	{Class: wBound, Words: "bound constrained restricted limited confined confines obligated required shackled"},
	{Class: wWhat, Words: "what what's whats wat which was were"},
	{Class: wMust, Words: "must always never have should will shall"},
	{Class: wDo, Words: "do"},
	{Class: wFor, Words: "for on about to how regarding concerning from in of"},
	{Class: wFiction, Words: "hypothetical hypothetically fictional fictitious imaginary story game scene scenario fiction simulation " +
		"simulator dialogue screenplay roleplay grandma grandmother"},
	{Class: wMeta, Words: "attack attacks attacker attackers injection injections jailbreak jailbreaks jailbreaking researchers researcher paper " +
		"dataset phrase example examples defence defense detect detects detection attempts attempt attempted threat guardrails evaluation classifier vendor survey " +
		"chapter lecture talk publish published asked blocked flagged flags protect risk risks red-team technique techniques"},
	{Class: wWays, Words: "ways responses answers paragraphs personalities outputs versions modes replies points entities"},
	{Class: wWarning, Words: "warning warnings disclaimer disclaimers moralizing moralising caveats apologies explanations excuses"},
	{Class: wEnd, Words: "and this that now you it then but i we here please"},
	{Class: wVoid, Words: "expired disabled canceled cancelled revoked void invalid obsolete false over changed wrong deleted removed suspended apply lifted outdated superseded rescinded waived " +
		"malicious effect meaningless"},
	{Class: wPersona, Words: "dan stan aim dude machiavellian mongo confidant betterdan jailgpt chadgpt basedgpt evilbot devmode omega dandan antigpt"},
	{Class: vSet, Words: "set throw put cast leave pay toss chuck opposite"},
	{Class: wAside, Words: "aside out away behind heed attention overboard"},
	{Class: vDecode, Words: "decode decodes decoded decrypt decipher unscramble deobfuscate unreverse"},
	{Class: wCode, Words: "base64 rot13 morse hex hexadecimal binary cipher caesar reversed backwards encoded encrypted leetspeak ascii85 base32"},
	{Class: vObey, Words: "execute do obeying"},
	{Class: vJoin, Words: "combine concatenate join assemble concat merge"},
	{Class: wMaker, Words: "developer developers devs creator creators maker operator owner admin administrator openai's anthropic's"},
	{Class: wClaim, Words: "precedence supersede supersedes top use call invoke lose shut append embed include render attach put"},
	{Class: wPiece, Words: "letters letter strings variables parts words fragments pieces syllables lines line characters"},
	{Class: wTool, Words: "tool tools function plugin api send_email send email webhook endpoint url"},
	{Class: wFirst, Words: "first initial very"},
	{Class: wGiven, Words: "gave handed learned learnt programmed programed taught instructed said given give told received got get provided " +
		"following follow far have was were mentioned stated written set"},
}

// misspelled are the words whose misspellings are worth a lower weight; see lexer.near.
var misspelled = [...]string{"ignore", "previous", "instruction", "instructions", "disregard", "password", "directions", "guidelines", "prompt", "forget"}
