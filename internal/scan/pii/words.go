package pii

// wordLists are words and phrases of names and labels that say something without announcing one kind of value, in lower case
// without accents, in English, German, French, Spanish, Portuguese, Italian and Dutch.
var wordLists = [...]struct {
	says  Evidence
	words string
}{
	{saysCard, "kreditkartennummer|kartennummer|numero de tarjeta|numero tarjeta|numero de carte|numero carte|numero carta|numero di carta|numero do cartao|numero cartao|card num|credit card num|card nbr|debit card number|kaartnummer|creditcardnummer|card|cards|card number|card no|credit card|debit card|pan|cc|cc number|cc num|visa|mastercard|amex|karte|kreditkarte|carte|tarjeta|carta|cartao"},
	{saysIBAN, "iban|ibans|konto|kontonummer"},
	{saysPhone, "contact number|contact no|contact num|contact nr|my number|our number|reach me|reach us|text me|text us|ph no|ph number|phone nr|phone num|tel no|tel number|tel nr|mobile no|mobile num|cell no|cell number|ring me|numero de telefono|numero telefono|numero de telefone|numero telefone|numero tel|num tel|numero di telefono|numero mobile|numero de movil|phone|phones|phone number|phone no|telephone|tel|mobile|mobile number|mob|cell|cellphone|cellular|fax|faxes|msisdn|whatsapp|sms|call|ring|dial|callback|" +
		"telefon|telefonnummer|telefone|telefono|handy|handynummer|mobilnummer|rufnummer|movil|celular|cellulare|portable|gsm|landline|hotline|telepono|numaram|cep|" +
		"telefax|telecopie|telecopieur|telefoon|telefoonnummer|mobiel|telemovel|telefonnr|telnr"},
	{saysSSN, "ss|soc sec|soc sec num|soc sec number|soc sec no|social sec|social sec no|social sec number|ss no|ss num|social security num|social security nbr|ssn num|ssn number|ssn|ssns|social security|social security number|social|tax id|ss number"},
	{saysSecret, "secret|secrets|token|tokens|api key|api keys|app key|access key|secret key|private key|client secret|auth token|access token|refresh token|bearer|credential|credentials|authorization|signing key|encryption key|master key|shared key|" +
		"api secret|app secret|consumer secret|consumer key|admin key|write key|license key|account key|subscription key|storage key|deploy key|integration key|service key|" +
		"auth key|session key|webhook key|security key|role key|application key|search key|project key|creds|auth"},
	{saysPassword, "password|passwd|passwort|pwd|pass|passphrase|contrasena|user password|db password|passcode|kennwort|clave|senha|wachtwoord|parola|mot de passe|mdp|dbpass|userpass"},
	{saysKey, "key|keys"},
	{saysOther, "id|ids|uuid|guid|sha|hash|md5|sha1|sha256|commit|etag|trace|span|request|order|tracking|isbn|ean|upc|gtin|sku|snowflake|serial|checksum|digest|cursor|nonce|imei|imeisv|iccid|npi|invoice|ticket|transaction|txn|mrn|policy"},
	{saysMeasure, "timestamp|ts|epoch|created|updated|time|date|version|lat|lon|lng|latitude|longitude|price|amount|total|quantity|count|bytes|size|length|offset|color|seq|sequence|index|range|duration|ref|reference"},
	{saysPerson, "customers|clients|patients|people|persons|contacts|members|passengers|guests|owners|students|teachers|doctors|recipients|subscribers|applicants|candidates|residents|beneficiaries|payees|drivers|tenants|children|parents|attendees|participants|travelers|individual|individuals|customer|client|patient|person|personal|employee|employees|contact|cardholder|holder|owner|recipient|sender|payer|payee|beneficiary|subscriber|member|passenger|traveler|traveller|guest|" +
		"applicant|candidate|student|teacher|doctor|physician|provider|nurse|driver|tenant|landlord|buyer|seller|shopper|debtor|creditor|insured|policyholder|guarantor|spouse|child|parent|mother|father|" +
		"emergency|shipping|billing|delivery|mailing|home|user|users|account|consignee|addressee|author|signatory|signer|participant|resident|citizen|relative|next of kin|" +
		"kunde|kunden|patienten|mitarbeiter|inhaber|kontoinhaber|karteninhaber|empfanger|absender|versicherter|ansprechpartner|besteller|" +
		"cliente|clientes|paciente|titular|empleado|destinatario|remitente|beneficiario|asegurado|funcionario|" +
		"titulaire|destinataire|expediteur|salarie|beneficiaire|assure|paziente|titolare|intestatario|mittente|dipendente|assicurato|" +
		"klant|houder|ontvanger|afzender|werknemer|verzekerde"},
	{saysLittle, "number|numbers|no|nr|num|nbr|is|are|was|the|my|our|his|her|your|their|a|an|of|for|in|on|to|and|value|text|data|info|information|field|primary|main|current|new|old|first|second|full|complete|legal|real|" +
		"line|as|at|with|code|also|following|below|here|reads|digits|issued|valid|us|uk|eu|usa|de|fr|es|it|pt|nl|be|ch|br|mx|ar|cl|ca|au|nz|jp|kr|cn|sg|za|pl|se|fi|dk|ie|no|cz|ro|bg|hr|ee|lt|lv|si|gr|tr|il|co|pe|" +
		"nummer|ist|lautet|sind|der|die|das|dem|den|des|mein|meine|meiner|deren|vom|von|fur|und|" +
		"numero|numeros|n|est|le|la|les|mon|ma|mes|du|son|sa|et|pour|votre|l|d|c|s|es|el|los|las|mi|su|del|y|para|sono|il|lo|mio|mia|suo|sua|della|dello|di|e|per|o|os|as|um|uma|meu|minha|seu|do|da|dos|das|sao|" +
		"mitt|min|vart|is|het|een|mijn|zijn|haar|van|en|voor|uw|te"},
	{saysMonth, "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|" +
		"januar|februar|marz|mai|juni|juli|oktober|dezember|janvier|fevrier|mars|avril|juin|juillet|aout|septembre|octobre|novembre|decembre|" +
		"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|janeiro|fevereiro|marco|maio|junho|julho|setembro|outubro|novembro|dezembro|" +
		"gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|januari|februari|maart|mei|augustus"},
	{saysVersion, "version|versions|v|ver|rev|revision|release|build|section|chapter|clause|paragraph|firmware|driver|kernel|oid|snmp|sec|chap|rfc|schema|upgrade|upgraded|downgrade"},
	{saysTitle, "mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|rev|hon|herr|herrn|frau|dipl|ing|med|phil|monsieur|madame|mademoiselle|mme|mlle|m|don|dona|sr|sra|srta|senor|senora|senhor|senhora|signor|signora|sig|dott|dottor|dottoressa|avv|dhr|mevr|mevrouw|meneer|drs|ir"},
	{saysNobody, "account|address|admin|administrator|ag|all|ambassador|amici|amigo|amigos|analyst|and|anonymous|any|april|are|as|at|august|bank|but|bv|care|chair|chairman|client|cliente|clientes|clients|clinic|co|colleague|colleagues|collega|" +
		"college|company|consultant|corp|corporation|customer|customers|damen|dames|data|date|december|department|dept|designer|details|developer|diary|director|editor|education|email|engineer|equipo|everybody|everyone|february|for|" +
		"freunde|friday|friend|friends|from|gmbh|god|group|guest|guests|he|health|heer|her|here|heren|herren|hiring|his|holding|holdings|hospital|how|i|id|if|in|inc|information|invoice|is|it|january|judge|july|june|klant|kollegen|" +
		"kolleginnen|kunde|kunden|kundin|limited|llc|lord|ltd|madam|madame|manager|march|member|members|messieurs|mevrouw|minister|mitarbeiter|monday|monsieur|my|name|new|no|none|not|november|null|number|nv|october|of|office|on|or|order|" +
		"our|parents|phone|please|portal|president|questionnaire|reader|readers|record|records|report|root|sa|safety|santa|sarl|sas|saturday|school|secretary|september|service|services|she|sirs|spa|speaker|srl|status|string|student|" +
		"students|sunday|support|system|team|test|thank|thanks|that|the|there|these|they|this|thursday|to|todos|tuesday|tutti|type|undefined|university|unknown|user|users|valued|was|we|wednesday|what|when|where|who|why|with|yes|you|your"},
	{saysHost, "from|host|hosts|server|client|login|logins|logged|blocked|ban|banned|address|addr|peer|remote|source|src|dst|dest|destination|gateway|dns|subnet|netmask|node|proxy|origin|connect|connected|connection|connecting|request|requests|ssh|ping|ip|via|access|session|user|visitor|attacker|listen|listening|bind|route|router|firewall|machine|endpoint|servidor|serveur|zugriff|anmeldung|adresse|direccion|endereco|indirizzo|adres"},
	{saysThing, "company|companies|business|employer|vendor|supplier|merchant|organisation|product|products|item|items|organization|organisation|repository|repo|project|file|files|package|packages|category|brand|store|shop|restaurant|hotel|city|country|event|course|book|movie|song|plan|app|dependency|dependencies|device|vehicle|property|branch|workflow|model|template|location|place|venue|region|label|tag|tags|role|channel|tool|function|plugin|song|album|track|ingredient|recipe|license|sku|firma|unternehmen|produkt|artikel|produit|article|entreprise|producto|empresa|produto|prodotto|azienda|articolo|bedrijf"},
	{saysStreetFirst, "place|route|sentier|rue|avenue|av|avda|boulevard|bd|allee|allees|impasse|quai|cours|chemin|chaussee|faubourg|calle|c|avenida|paseo|plaza|camino|carretera|ronda|travesia|via|viale|piazza|piazzale|corso|vicolo|largo|strada|contrada|rua|travessa|praca|alameda|estrada|rodovia|am|an|auf|im|unter|zum|zur"},
	{saysStreetLast, "street|st|avenue|ave|av|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|way|place|pl|square|sq|terrace|ter|terr|parkway|pkwy|highway|hwy|circle|cir|close|crescent|cres|row|walk|mews|grove|gardens|gdns|hill|trail|trl|alley|plaza|broadway|turnpike|expressway|loop|path|pike|run|quay|wharf|parade|view|heights|park|green|rise|vale|gate"},
	{saysUnit, "apt|apartment|suite|ste|unit|floor|fl|bldg|building|room|rm|flat|lot|po box|wohnung|whg|etage|stock|appartement|appt|bat|batiment|escalier|piso|puerta|pta|dpto|depto|departamento|esc|interno|int|scala|apto|apartamento|bloco|andar|sala"},
	{saysNamed, knownNames},
}
