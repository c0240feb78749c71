package prompt

import "github.com/meshwarden/meshwarden/internal/scan/lexicon"

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them, whatever
// its case. The last row are disguises of the commonest words: spaced
// out and in leetspeak.
var Triggers = []string{
	"ignor", "disregard", "forget", "forgot", "neglect", "overlook", "bypass", "overrid", "instruc", "intruc", "directive",
	"prompt", "promt", "guideline",
	"previous", "prior", "password", "passphrase", "secret", "pretend", "act as", "act like", "role", "character",
	"persona", "from now on", "you are now", "you will now", "immerse", "simulat",
	"unfilter", "uncensor", "unrestrict", "jailbr", "amoral", "unethical", "immoral", "no longer", "restriction",
	"limitation", "anything now", "developer mode", "dan ", "dan,", "openai", "chatgpt",
	"<|", "[inst]", "[/inst]", "<<sys>>", "<</sys>>", "_of_turn>", "<system>", "</system>", "[system]", "### instruction",
	"### system", "### response", "\nsystem:", "\nassistant:",
	"vergiss", "vergess", "anweisung", "olvid", "instrucc", "oublie", "consigne", "dimentica", "esque", "vergeet",
	"you are no", "you are going", "you are about", "you are free", "du bist", "bist du", "tu es ", "eres ", "imagin", "stell dir", "pwned", "hacked", "repeat after", "language model",
	"abandon", "irrelevant", "abweichend", "instruk", "instru\u00e7", "istruzion", "befehl", "aufgabe", "regeln", "reglas", "regole",
	"r\u00e8gles", "regras", "richtlinien", "vorgaben", "negeer", "desconsider", "descart", "missacht", "passwor", "contrase", "wachtwoord",
	"mot de passe", "your rules", "been told", "new task", "told to", "reveal", "verbatim", "word for word", "confidential", "comply",
	"override", "expired", "all rules", "obey", "guidance", "safety rules", "content policy", "never refuse", "without rules", "no rules",
	"evil", "ai agent", "if you are an ai", "any ai", "your context", "my first message", "your answer with", "your programming",
	"instrut", "instuc", "ignro", "prevoi", "pasword",
	"\xd0", "\xd1", "\xd8", "\xd9", "\xe0", "\xe3", "\xe4", "\xe5", "\xe6", "\xe7", "\xe8", "\xe9", "\xea", "\xeb", "\xec", "\xed",
	"\xc3", "\xc4", "\xc5", "talimat", "nerge", "unut", "yok say", "yoksay", "rmezden", "kural", "yapay zeka", "instrukcj", "zapomnij", "polece", "wytyczn", "zasad", "regu", "filtr", "sztuczn",
	"desobe", "programa", "sviluppatore", "ontwikkelaar", "desarrollador", "developpeur", "scorda", "contrasen", "norma", "zeig", "restric", "zensier", "censur", "censor", "ethisch", "morale", "directri", "diretri",
	"nachricht", "niemals", "ohne ", "keine", "verhalte", "modus", "einschr", "beschr", "grenze", "filter", "regels", "opzij", "bericht", "zonder", "weiger", "gedraag",
	"onbeperk", "messaggio", "senza", "rifiut", "direttiv", "norme", "nunca", "mensaje", "mensagem", "texto", "jamais", "sans ", "premier", "limites", "finja", "sem ", "uyari", "asla ",
	"thing above", "precedes my", "first words", "before this", "above this", "shut down if", "decode", "obeying", "aside", "every rule", "rule you", "opposite", "combine", "concaten",
	"send_email", "tool with", "tool to", "never say", "never add", "never mention", "norms", "machiavel", "mongo tom", "the base64", "rot13", "morse",
	"[tool_", "[available_tools]", "[system_prompt]", "<interaction-config>", "<blocked-", "<allowed-", "<tool_response>", "<function_results>", "\nhuman:", "<\uff5c",
	"![", "confidant", "stop everything", "opposite mode", "no filter", "no matter what", "start your", "begin your", "internal instr",
	"never mind", "scratch all", "precedence", "supersede", "at the top of this", "listen to me", "all the constraints", "no ethics", "napalm", "attention to", "exact words", "the user told", "mention it", "whatever the ", "whatever i ", "your creator", "your developer", "your real", "chat history", "the history", "guardrail", "told you", "system message", "hex-enc", "shut down", "a + b", "x+y",
	"restrizion", "testo", "segret", "hackt", "hackea", "richtlijn", "beperking", "tekst", "geheim", "sistem", "entwickler", "systemtext", "entbind",
	"i g n o r e", "i.g.n.o.r.e", "i-g-n-o-r-e", "i_g_n_o_r_e", "ign0re", "1gnore", "1gn0re", "pr3vious", "pr0mpt", "1nstruct", "d1sregard", "f0rget",
}

var triggers = lexicon.NewLiterals(Triggers, false)
