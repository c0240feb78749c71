package prompt

// tongues are what sentences in other languages are read by: for each language lines of a letter, which names a class, and
// words without diacritics, in lower case. A * stands for any ending, which inflected languages have many of. Letters are in
// letterClass, and _ stands between words. Arabic and Devanagari are written as normalise leaves them.
var tongues = [...]string{
	germanWords, frenchWords, spanishWords, portugueseWords, italianWords, dutchWords, polishWords, turkishWords, russianWords,
	chineseWords, japaneseWords, koreanWords, hindiWords, arabicWords,
}

// english are words by which an English sentence is told from one in a language that borrows from it.
const english = `= the a an of and to is are was were be been that this these it in on for with not you your my me all any will must should
= can what which how from have has do does i he she they we as at by or if when
~ ignore instruction* text message* filter* system* prompt prompts secret* email mail e-mail initial* exact* limit* restriction* model robot
~ directive* no non base64 bot assistant* illegal moral programming norm* action* order* never page* code* general*
~ configuration configurations internal internals print level levels handle color previous previously invalid double original originally stop role roles
~ password regular operator operators dump integration begin beginning literal literals prompted reproduce plus precedence roman injection
~ restrict restricted refuse abstraction suppose integral textual once date conversation`

// everywhere are words that all languages borrow.
const everywhere = `M ki ai ia  chatbot assistent* assistant* asistan* asistente* assistente* chatgpt gpt llm robot roboter modelo model modell modele modello modelle zeka zekay* ии ассистент* robot* asystent* bot inteligencj* yapay робот* модел*
P systemprompt
D entwicklermodus
J dan
L filter
X base64`
