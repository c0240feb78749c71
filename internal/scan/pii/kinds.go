package pii

// form says how the values of a kind are read.
type form uint8

const (
	// formCode is letters and digits with single separators among them, which check sees without the separators, in capitals.
	formCode form = iota
	formName
	formAddress
	formDate
	formExpiry
	formIP
	formMAC
	formTemplate // one long word
	formNational // whatever passes the check of a kind of NationalID
)

// kind is what a field name or a label announces.
type kind struct {
	typ     Type
	subtype string
	form    form
	// strict says that check includes a check digit, or a structure that chance does not meet.
	strict bool
	// alone says that words beside the phrase that are neither roles of people nor empty take its meaning away;
	// owned, that the name may be anything's, so that without such a role the value must prove more.
	alone, owned bool
	// part says that it is a part of a name, in an object that is about a person.
	part bool
	// min and max bound the letters and digits of a formCode.
	min, max uint8
	check    func(code []byte) bool
	// phrases announce the kind: see phraseTable. A phrase of several kinds means the first whose check passes.
	phrases string
}

// kinds are all that names and labels announce. National identifiers are in nationalKinds.
var kinds = append(commonKinds[:], nationalKinds[:]...)

// AnnouncedTypes has the bits of the types that names and labels announce.
var AnnouncedTypes = func() (types uint64) {
	for i := range kinds {
		types |= 1 << kinds[i].typ
	}
	return types
}()

var commonKinds = [...]kind{
	{typ: CVV, min: 3, max: 4, check: digitsOnly,
		phrases: "cvv|cvc|cvv2|cvc2|cav2|csc|cid number|card verification|card verification value|card verification code|card security code|security code|prufziffer|kartenprufnummer|" +
			"cryptogramme|cryptogramme visuel|codigo de seguridad|codigo seguridad|codigo de seguranca|codigo seguranca|codice di sicurezza|codice sicurezza|beveiligingscode"},
	{typ: CVV, subtype: "expiry", form: formExpiry,
		phrases: "expiry|expiry date|card expiry|expiration|expiration date|card expiration|exp date|exp|expires|valid thru|valid until|good thru|gultig bis|ablaufdatum|date d expiration|expire fin|" +
			"fecha de vencimiento|fecha de caducidad|caducidad|vencimiento|validade|data de validade|scadenza|data di scadenza|vervaldatum|geldig tot"},
	{typ: BIC, min: 8, max: 11, check: bic, strict: true, phrases: "bic|swift|swift code|bic code|swift bic|bic swift|code bic|code swift|codigo swift|codigo bic|codice bic|codice swift|swiftbic"},
	{typ: BankAccount, subtype: "mx_clabe", min: 18, max: 18, check: clabe, strict: true, phrases: "clabe|clabe interbancaria|cuenta clabe"},
	{typ: BankAccount, min: 6, max: 17, check: account,
		phrases: "account no|acct nbr|account nbr|bank account no|bank account num|bank acc|bank acc no|bank acc number|acc no|acc number|acc num|account number|account num|acct no|acct number|acct num|acct|bank account|bank account number|bank acct|checking account|savings account|account nr|beneficiary account|debit account|credit account|" +
			"kontonummer|konto nr|kontonr|konto|bankkonto|bankverbindung|numero de compte|numero compte|compte bancaire|compte|numero de cuenta|numero cuenta|cuenta bancaria|cuenta corriente|numero da conta|numero conta|conta bancaria|conta corrente|" +
			"numero di conto|numero conto|conto corrente|conto bancario|rekeningnummer|bankrekening|bankrekeningnummer|nuban"},
	{typ: Routing, subtype: "us_aba", min: 9, max: 9, check: aba, strict: true, phrases: "transit number|bank transit|bank transit number|routing num|aba no|aba routing no|rt number|routing transit no|ach routing number|aba|routing|routing number|routing no|routing code|rtn|aba number|aba routing|aba routing number|aba rtn|routing transit number|bank routing|bank routing number|ach routing"},
	{typ: Routing, subtype: "uk_sort_code", min: 6, max: 6, check: digitsOnly, phrases: "sort code|sortcode|bank sort code"},
	{typ: Routing, subtype: "de_blz", min: 8, max: 8, check: digitsOnly, phrases: "blz|bankleitzahl"},
	{typ: Routing, subtype: "au_bsb", min: 6, max: 6, check: digitsOnly, phrases: "bsb|bsb number|bsb code"},
	{typ: Routing, subtype: "in_ifsc", min: 11, max: 11, check: ifsc, strict: true, phrases: "ifsc|ifsc code|ifsc number"},
	{typ: SSN, min: 9, max: 9, check: ssnCode, phrases: "soc sec|soc sec num|soc sec number|soc sec no|social sec|social sec no|ss number|ss no|ss num|social security num|ssn|social security number|social security no|social security|tax id|taxpayer id|taxpayer identification number|tin"},
	{typ: ITIN, min: 9, max: 9, check: itin, strict: true, phrases: "itin|individual taxpayer identification number|tax id|taxpayer id|taxpayer identification number|tin|tax identification number|ssn"},

	{typ: Passport, min: 6, max: 9, check: passport,
		phrases: "travel doc|travel doc number|passport book|passport card|passport card number|여권|여권번호|여권번호는|护照|护照号|护照号码|パスポート番号|паспорт|паспорта|passport|passports|passport number|passport no|passport id|passport num|passport book number|travel document|travel document number|pass nr|passnummer|reisepass|reisepassnummer|reisepass nr|passeport|numero de passeport|numero passeport|" +
			"pasaporte|numero de pasaporte|numero pasaporte|passaporte|numero do passaporte|numero passaporte|passaporto|numero di passaporto|numero passaporto|paspoort|paspoortnummer"},
	{typ: DriverLicense, subtype: "uk", strict: true, min: 16, max: 16, check: ukLicense, phrases: "driver license|drivers license|driver licence|drivers licence|driving license|driving licence|licence|driving licence number|driver number"},
	{typ: DriverLicense, min: 5, max: 18, check: license,
		phrases: "driver licence no|drivers license num|driver license num|driver lic|driver lic no|drivers lic|drivers lic no|driver license id|drivers license id|driver licence id|dl num|dl id|license dl|num permis|permis|fuehrerschein nummer|driver license|drivers license|driver licence|drivers licence|driving license|driving licence|driver license number|drivers license number|driver licence number|drivers licence number|driving license number|driving licence number|" +
			"driver license no|drivers license no|driving licence no|dl|dl number|dl no|dln|operator license|fuhrerschein|fuehrerschein|fuhrerscheinnummer|fuehrerscheinnummer|fahrerlaubnis|fahrerlaubnisnummer|permis de conduire|numero de permis|" +
			"permiso de conducir|licencia de conducir|carnet de conducir|licencia de manejo|numero de licencia de conducir|carta de conducao|carteira de motorista|carteira de habilitacao|cnh|patente di guida|patente|numero patente|rijbewijs|rijbewijsnummer"},
	{typ: NationalID, subtype: "certificate", min: 4, max: 16, check: license,
		phrases: "certificate number|certificate no|certificate id|cert number|cert no|license number|licence number|license no|licence no|license id|professional license|professional license number|medical license|medical license number|nursing license|" +
			"state license number|bar number|zertifikatsnummer|zertifikat nr|approbationsnummer|urkundennummer|numero de certificat|numero certificat|numero de licence|numero de certificado|numero certificado|numero de licencia|numero de colegiado|numero da licenca|" +
			"numero di certificato|numero certificato|numero di licenza|certificaatnummer|licentienummer|crm|big nummer|rpps"},
	{typ: NationalID, subtype: "eu_vat", min: 8, max: 14, check: vat, phrases: "vat|vat id|vat number|vat no|vat reg no|ust idnr|ust id|ustid|ustidnr|umsatzsteuer id|tva|numero de tva|numero tva|partita iva|p iva|piva|btw nummer|btw|iva"},
	{typ: NationalID, subtype: "in_gstin", strict: true, min: 15, max: 15, check: gstin, phrases: "gstin|gst registration|gst number|gstins|gst no"},
	{typ: MRN, min: 5, max: 12, check: record,
		phrases: "med rec num|med rec no|med rec|medical rec no|medical record num|patient mrn|patient num|mrn|medical record number|medical record no|medical record|medical record id|patient id|patient number|patient no|patient identifier|chart number|hospital number|hospital id|health record number|" +
			"patientennummer|patienten nr|patienten id|krankenakte|fallnummer|numero de dossier medical|dossier medical|numero de patient|numero patient|identifiant patient|numero de historia clinica|historia clinica|expediente clinico|numero de paciente|" +
			"prontuario|numero do prontuario|numero de utente|cartella clinica|numero cartella clinica|codice paziente|patientnummer|patientennummer|dossiernummer"},
	{typ: HealthPlan, subtype: "us_mbi", min: 11, max: 11, check: mbi, strict: true, phrases: "mbi|medicare|medicare number|medicare id|medicare no|medicare beneficiary|medicare beneficiary identifier|medicare card|medicare card number|health plan id|member id"},
	{typ: HealthPlan, subtype: "de_kvnr", min: 10, max: 10, check: kvnr, strict: true, phrases: "kvnr|krankenversichertennummer|versichertennummer|egk nummer|krankenkasse kvnr|krankenversicherungsnummer|versichertennr|krankenkasse"},
	{typ: HealthPlan, min: 6, max: 15, check: insured,
		phrases: "health plan id|health plan member id|health plan number|health plan member number|health plan beneficiary number|health plan|member id|member number|member no|insurance member number|insurance member id|insurance id|insurance number|insurance no|insurance policy number|" +
			"health insurance number|health insurance id|health insurance|subscriber id|subscriber number|beneficiary id|beneficiary number|medicaid id|medicaid number|medicaid|policy holder id|group number|versicherungsnummer|krankenversicherungsnummer|versichertennummer|" +
			"numero d assure|numero assure|numero de mutuelle|numero de seguro|numero de poliza|numero de afiliado|numero de asegurado|numero de beneficiario|numero do convenio|carteirinha|cartao nacional de saude|cns|tessera sanitaria|numero tessera sanitaria|" +
			"polisnummer|verzekeringsnummer|zorgverzekering"},
	{typ: NPI, min: 10, max: 10, check: npi, strict: true, phrases: "npi num|npi id|national provider no|npi|npi number|npi no|provider npi|national provider identifier|national provider id|provider identifier|provider id"},
	{typ: DEA, min: 9, max: 9, check: dea, strict: true, phrases: "dea|dea number|dea no|dea registration|dea registration number|dea id|dea license"},
	{typ: VIN, min: 17, max: 17, check: vinForm, strict: true,
		phrases: "vin|vehicle vin|vin number|vin no|vehicle identification number|vehicle id|vehicle|chassis number|chassis|fahrgestellnummer|fahrzeug identifizierungsnummer|fin|numero de chassis|numero de bastidor|bastidor|chassi|numero do chassi|telaio|numero di telaio|chassisnummer|car"},
	{typ: LicensePlate, min: 4, max: 9, check: plate,
		phrases: "vehicle no|vehicle number|vehicle reg no|reg plate|plate num|number plates|kfz|kfz nummer|license plate|licence plate|license plate number|licence plate number|plate|plate number|plate no|plates|number plate|numberplate|vehicle plate|vehicle registration|vehicle registration number|registration plate|car registration|car reg|vrm|vehicle reg|reg number|" +
			"kennzeichen|kfz kennzeichen|nummernschild|autokennzeichen|plaque|plaque d immatriculation|immatriculation|matricula|placa|placa do veiculo|numero de placa|targa|targa auto|kenteken|nummerplaat|plaka|plakasi|plaka numarasi|plate numbers|registration number plate"},
	{typ: IMEI, min: 15, max: 16, check: imei, strict: true, phrases: "imei|imei number|imei no|imei 1|imei 2|imeisv|device imei|meid|imei nummer|numero imei"},
	{typ: ICCID, min: 18, max: 20, check: iccid, strict: true, phrases: "iccid|sim iccid|sim number|sim card number|sim serial|sim card|sim id|esim iccid|icc id"},
	{typ: MAC, form: formMAC, phrases: "mac|mac address|mac addr|hardware address|physical address|ethernet address|wifi mac|bluetooth address|bssid|mac adresse|adresse mac|direccion mac|endereco mac|indirizzo mac|mac adres|device"},
	{typ: IP, form: formIP, phrases: "ip|ips|ip address|ip addresses|ip addr|ipv4|ipv6|ipv4 address|ipv6 address|client ip|remote ip|remote addr|remote address|source ip|src ip|dst ip|destination ip|peer ip|server ip|host ip|x forwarded for|forwarded for|x real ip|" +
		"user ip|last login ip|login ip|remote host|ip adresse|adresse ip|direccion ip|endereco ip|indirizzo ip|ip adres|connecting from|login from|connect from|connection from"},
	{typ: DOB, form: formDate,
		phrases: "bday|b day|dateofbirth|date de naiss|f nacimiento|fech nac|dob|date of birth|birth date|birthdate|birthday|born|born on|d o b|birth dt|date birth|geburtsdatum|geburtstag|geboren|geboren am|geb|geb am|geb datum|date de naissance|date naissance|ne le|nee le|naissance|ne e le|" +
			"fecha de nacimiento|fecha nacimiento|nacimiento|nacido|nacida|nacido el|nacida el|fec nac|data de nascimento|data nascimento|nascimento|nascido em|nascida em|nascido|nascida|data di nascita|data nascita|nato il|nata il|nascita|" +
			"geboortedatum|geboren op|geboorte|verjaardag|dtnasc|dt nascimento"},
	{typ: Postcode, min: 3, max: 10, check: postcode, alone: true,
		phrases: "postal code|post code|postcode|postal|pin code|pincode|plz|postleitzahl|code postal|codigo postal|cod postal|codice postale|codice di avviamento postale|postcode nummer"},
	{typ: Postcode, min: 5, max: 9, check: postcode, alone: true, phrases: "zip|zip code|zipcode|zip plus 4|zip postal code|cp|cap|cep"},
	{typ: Biometric, form: formTemplate, min: 8, max: 255,
		phrases: "fingerprint template|fingerprint template id|face template id|facial template id|biometric template id|iris template id|fingerprint id|fingerprint data|fingerprint scan|fingerprint minutiae|face template|face id|face embedding|face encoding|face print|faceprint|facial template|facial recognition id|facial id|biometric|biometric id|biometric template|biometric data|biometric hash|biometric identifier|" +
			"iris|iris code|iris scan|iris template|iris id|retina|retina scan|retina id|voice print|voiceprint|voice print id|voice template|palm print|palmprint|palm vein|hand geometry|gait signature|" +
			"fingerabdruck|fingerabdruck id|gesichtsvorlage|biometrische daten|biometrische id|empreinte digitale|empreinte vocale|gabarit biometrique|identifiant biometrique|huella dactilar|huella digital|plantilla facial|id biometrico|dato biometrico|" +
			"impressao digital|modelo facial|impronta digitale|impronta vocale|dati biometrici|vingerafdruk|gezichtsherkenning|biometrische gegevens"},
	{typ: Name, form: formName, alone: true,
		phrases: "full name|fullname|first name|firstname|fname|given name|given names|last name|lastname|lname|surname|family name|middle name|maiden name|real name|legal name|real name|patient|patient name|cardholder|card holder|account holder|name on card|holder name|contact name|contact person|" +
			"cardholder name|passenger name|beneficiary name|recipient name|sender name|employee name|customer name|client name|person name|guest name|owner name|student name|doctor name|physician name|provider name|payer name|payee name|subscriber name|attending physician|next of kin|emergency contact|" +
			"mother maiden name|mothers maiden name|user full name|signatory|addressee|ship to name|bill to name|" +
			"vorname|nachname|familienname|vollstandiger name|vor und nachname|name des kunden|kundenname|patientenname|kontoinhaber|karteninhaber|ansprechpartner|geburtsname|zuname|rufname|empfangername|" +
			"prenom|nom de famille|nom complet|nom du client|nom du patient|nom prenom|nom et prenom|titulaire|nom de naissance|nom client|nom patient|" +
			"nombre completo|nombres|apellido|apellidos|primer nombre|primer apellido|segundo apellido|nombre y apellidos|nombre del cliente|nombre cliente|nombre del paciente|nombre paciente|nombre titular|titular de la tarjeta|" +
			"nome completo|sobrenome|primeiro nome|ultimo nome|nome do cliente|nome cliente|nome do paciente|nome paciente|nome da mae|nome do pai|titular do cartao|apelido|" +
			"cognome|nome e cognome|nome cognome|nominativo|intestatario|nome del cliente|nome del paziente|ragazza|cognome nome|" +
			"voornaam|achternaam|volledige naam|familienaam|klantnaam|naam klant|naam patient|tussenvoegsel|roepnaam|meisjesnaam"},
	{typ: Name, form: formName, alone: true, owned: true, phrases: "name|names|nom|nombre|nome|naam|display name|author|assignee|reporter|creator|manager|created by|signed by|reviewer|autor|auteur|autore|verfasser"},
	{typ: Name, form: formName, alone: true, part: true, phrases: "family|given|first|last|middle|prefix name"},
	{typ: Address, form: formAddress, alone: true,
		phrases: "address|street address|street|street 1|street 2|address line|address line 1|address line 2|address 1|address 2|addr|shipping address|billing address|mailing address|home address|postal address|residential address|delivery address|residence|full address|ship to|bill to|street name and number|" +
			"ship it to|send it to|deliver it to|deliver to|mail it to|i live at|live at|lives at|resides at|residing at|living at|located at|moved to|my address is|" +
			"adresse|anschrift|strasse|strasse und hausnummer|strasse hausnummer|lieferadresse|rechnungsadresse|rechnungsanschrift|lieferanschrift|postanschrift|wohnadresse|wohnhaft in|wohne in|wohnt in|wohnanschrift|adresse de livraison|adresse de facturation|adresse postale|adresse complete|rue|domicile|domicilie au|j habite|j habite au|habite au|demeurant au|" +
			"direccion|direccion de envio|direccion postal|direccion de facturacion|domicilio|calle|vivo en|vive en|con domicilio en|endereco|endereco de entrega|endereco completo|logradouro|moro na|mora na|moro em|residente na|morada|" +
			"indirizzo|indirizzo di spedizione|indirizzo di fatturazione|residenza|abito in|abita in|residente in|via|domiciliato in|adres|straat|woonadres|bezorgadres|factuuradres|afleveradres|straatnaam|ik woon op|woont op|wonende te"},
}
