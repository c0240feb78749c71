package catalog

// finance describes what money moves by.
func finance() []Entry {
	return []Entry{
		{
			Type: "CARD", Is: "payment card number", Source: "ISO/IEC 7812, the networks' published ranges", HIPAA: Accounts,
			Evidence:  "structure: issuer range with its lengths, Luhn; unbroken or in the groups that cards print. Rare lengths need a field or label",
			Hazards:   "order numbers, times in milliseconds, ISBN, hexadecimal dumps, parts of longer numbers: one number in ten passes Luhn, so the issuer, the grouping and the field decide",
			Positives: join(text("pay «4241340584805478» now", "«5106-6637-1008-2592»", "«3700 367031 29284»", "«36240246912232»"), field("cardNumber", "6011708235725159")),
			Negatives: join(text("4241340584805479", "9241340584805478", "0.4241340584805478", "2e54 4820 4241 3405 8480 5478"), field("order_id", "4241340584805478")),
		},
		{
			Type: "CARD_TRACK", Is: "data of a card's magnetic stripe", Source: "ISO/IEC 7813", HIPAA: Accounts,
			Evidence:  "structure: a card number, a separator, expiry and service code",
			Hazards:   "a card number with an assignment behind it, which has no expiry",
			Positives: text("swipe «;4241340584805478=27121011234567?» ok", "«%B4241340584805478^DOE/JANE^2712101123456789?»", "«4241340584805478=27121011234567»"),
			Negatives: text("4241340584805478=1", ";4241340584805479=27121011234567?", ";4241340584805478=27991011234567?"),
		},
		{
			Type: "CVV", Is: "card verification code", Source: "the networks' rules: three digits, four with American Express", HIPAA: Accounts,
			Evidence: "field or label, and the form", Hazards: "security codes of doors and two-factor codes in a field called security_code",
			Positives: join(text("cvv «123»", "CVC: «4567»"), field("cvv", "321"), field("card.securityCode", "987")),
			Negatives: join(text("room 123", "the cvv is on the back"), field("cvv", "12345", "***"), field("code", "123")),
		},
		{
			Type: "CVV", Subtype: "expiry", Is: "expiry of a card", Source: "ISO/IEC 7813", HIPAA: Accounts,
			Evidence: "field, or a label behind a card number", Hazards: "what else expires: without a card before it, text is left alone",
			Positives: join(text("card 4241340584805478 exp «09/27»", "4241 3405 8480 5478, valid thru «12/2028»"), field("card_expiry", "09/27"), field("expiryDate", "01/2029")),
			Negatives: join(text("the offer expires 09/27", "exp 13/27 4241340584805478"), field("expiration_date", "2027-09-30", "never")),
		},
		{
			Type: "IBAN", Is: "international bank account number", Source: "ISO 13616, SWIFT IBAN registry", HIPAA: Accounts,
			Evidence: "structure: country, its length, modulus 97", Hazards: "none known: one text in a hundred with the right beginning and length passes",
			Positives: join(text("to «DE89370400440532013000» today", "«GB29 NWBK 6016 1331 9268 19»"), field("creditor", "NO9386011117947")),
			Negatives: text("DE89370400440532013001", "DE8937040044053201300", "ZZ89370400440532013000"),
		},
		{
			Type: "BIC", Is: "business identifier code of a bank", Source: "ISO 9362", HIPAA: None,
			Evidence: "field or label, and the form with a country of ISO 3166", Hazards: "eight capitals in a row are words, so that nothing is found without a label",
			Positives: join(text("BIC: «DEUTDEFF500»", "SWIFT code «BNPAFRPP»"), field("bic", "INGBNL2A"), field("swiftCode", "CHASUS33XXX")),
			Negatives: join(text("DEUTDEFF500", "swift answers please"), field("bic", "DEUTZZFF", "DEUTDEF")),
		},
		{
			Type: "BANK_ACCOUNT", Is: "number of a bank account", Source: "none: each bank has its own", HIPAA: Accounts,
			Evidence: "field or label, 6 to 17 digits", Hazards: "accounts of customers with a shop; card numbers are told apart by their check digit",
			Positives: join(text("account number is «550207877158»", "Kontonummer «532013000»"), field("account_number", "799699824383"), field("numero_de_cuenta", "0346450444")),
			Negatives: join(text("it has 550207877158 grains", "account number 12"), field("account_number", "none"), field("account_id", "acct_1032D82eZvKYlo2C")),
		},
		{
			Type: "BANK_ACCOUNT", Subtype: "mx_clabe", Is: "Mexican interbank account (CLABE)", Source: "ABM: weights 371", HIPAA: Accounts,
			Evidence: "field or label, and the check digit", Hazards: "other numbers of 18 digits, which need the label",
			Positives: join(text("CLABE «072692305856965498»"), field("clabe", "012956574254944218", "012852343114858274")),
			Negatives: join(text("es 072692305856965498"), field("clabe", "012932952588360623", "072547474037051198")),
		},
		{
			Type: "ROUTING", Subtype: "us_aba", Is: "routing transit number", Source: "American Bankers Association: weights 371", HIPAA: None,
			Evidence: "field or label, and the check digit", Hazards: "other numbers of nine digits, which need the label",
			Positives: join(text("routing number «258081774»", "ABA «065302471»"), field("routing_number", "086934488"), field("aba", "102504763")),
			Negatives: join(text("about 258081774 of them"), field("routing_number", "573756040", "156995615"), field("routing", "default")),
		},
		{
			Type: "ROUTING", Subtype: "uk_sort_code", Is: "British sort code", Source: "Pay.UK", HIPAA: None,
			Evidence: "field or label, six digits", Hazards: "none with the label",
			Positives: join(text("sort code «20-00-00»"), field("sort_code", "200000", "40-47-84")),
			Negatives: join(text("20-00-00"), field("sort_code", "desc", "20")),
		},
		{
			Type: "ROUTING", Subtype: "de_blz", Is: "German bank code", Source: "Deutsche Bundesbank", HIPAA: None,
			Evidence: "field or label, eight digits", Hazards: "none with the label",
			Positives: join(text("BLZ «370 400 44»"), field("blz", "37040044"), field("bankleitzahl", "10000000")),
			Negatives: join(text("37040044"), field("blz", "unbekannt", "370")),
		},
		{
			Type: "ROUTING", Subtype: "au_bsb", Is: "Australian bank and branch", Source: "Australian Payments Network", HIPAA: None,
			Evidence: "field or label, six digits", Hazards: "none with the label",
			Positives: join(text("BSB «062-000»"), field("bsb", "062000", "012-003")),
			Negatives: join(text("062-000"), field("bsb", "n/a", "062")),
		},
		{
			Type: "ROUTING", Subtype: "in_ifsc", Is: "Indian financial system code", Source: "Reserve Bank of India", HIPAA: None,
			Evidence: "field or label, and the form", Hazards: "none with the label",
			Positives: join(text("IFSC «SBIN0001234»"), field("ifsc", "HDFC0000001"), field("ifscCode", "ICIC0006543")),
			Negatives: join(text("SBIN0001234"), field("ifsc", "SBIN1001234", "SBI")),
		},
		{
			Type: "SSN", Is: "US social security number", Source: "Social Security Administration: area, group, serial", HIPAA: SocialSecurity,
			Evidence:  "structure: 3-2-4 with dashes, dots or spaces; nine digits where field or label say so",
			Hazards:   "ranges, parts numbers and phone numbers in the same grouping: a field that says otherwise wins",
			Positives: join(text("it is «536-90-4399».", "my social security number is «536904399»"), field("ssn", "536 90 4399"), field("taxId", "330497733")),
			Negatives: join(text("000-12-3456", "666-12-3456", "562-29-29562", "536904399"), field("range", "536-90-4399")),
		},
		{
			Type: "ITIN", Is: "US individual taxpayer identification number", Source: "IRS Publication 1915: 9, groups 50 to 99 but 66 to 69, 89 and 93", HIPAA: Others,
			Evidence: "structure with its dashes; nine digits where field or label say so", Hazards: "none known with dashes",
			Positives: join(text("it is «961-95-7988».", "ITIN «970918309»"), field("itin", "948913764")),
			Negatives: join(text("961957988", "911-89-1234"), field("itin", "905397625", "900661234")),
		},
	}
}
