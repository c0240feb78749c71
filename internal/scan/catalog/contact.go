package catalog

// contacts describes what names a person or reaches one.
func contacts() []Entry {
	return []Entry{
		{
			Type: "NAME", Is: "name of a person", Source: "none", HIPAA: Names,
			Evidence: "field: full_name, Vorname, apellidos; name inside customer or patient, or with a usual given name or surname. Text: a label or a salutation, and a usual name",
			Hazards:  "names of files, products, companies and services in a field called name; capitalised headings behind a label. Best effort in text",
			Positives: join(field("full_name", "Tariq Jensen"), field("customer.name", "Thandiwe Lee"), field("vorname", "Jürgen"), field("name", "Leila Andersson"),
				text("patient «Olivia Tanaka» came", "Dear «Greta O'Brien», thanks", "Herr «Müller» ruft an", "my name is «Mary Silva»")),
			Negatives: join(field("name", "main.go", "Reading Lamp", "Install Go"), field("product.name", "Amber Rose"), field("file_name", "Jane Doe"), field("username", "jdoe42"),
				text("Dear Customer", "Patient Information Leaflet", "file name: Annual Report")),
		},
		{
			Type: "EMAIL", Is: "e-mail address", Source: "RFC 5321, RFC 5322", HIPAA: Mails,
			Evidence: "structure: local part, @, a domain name whose last label is alphabetic and no file suffix",
			Hazards:  "icon@2x.png, package@1.2.3, git@host:path, user@host in URLs, identifiers of messages (Message-ID, UID)",
			Positives: join(text("write to «j.doe+shop@mail.example.co.uk».", "mail «o'brien@example.ie», please"),
				field("contact", "jane@example.com")),
			Negatives: text("icon@2x.png", "lodash@4.17.21", "git@example.com:octo/hello.git", "jane@localhost"),
		},
		{
			Type: "PHONE", Is: "telephone or fax number", Source: "ITU-T E.164, the North American Numbering Plan, national plans", HIPAA: Telephones,
			Evidence:  "structure: + or 00 with a country code and its length, North American area and exchange, a trunk zero in groups of which mobile networks have two; field or label for any 7 to 15 digits",
			Hazards:   "dates, hexadecimal dumps, ticket numbers, clauses of contracts, IP addresses",
			Positives: join(text("call «+44 20 7946 0958» today", "«(614) 604-0986»", "Tel.: «09-7625400»"), field("phoneNumber", "6146040986"), field("fax", "030 5841286")),
			Negatives: join(text("6146040986", "2026-08-21 16:35:53", "Mon Oct 29 16:39:05 2018 -0700", "Clause 252.227-7013"), field("order_id", "614-604-0986")),
		},
		{
			Type: "ADDRESS", Is: "postal address", Source: "UPU S42; the national forms", HIPAA: Geography,
			Evidence: "field; label and street; number, street word and postcode or state",
			Hazards:  "addresses of companies, which are told by the words before them; hosts and memory addresses in a field called address. Best effort in text",
			Positives: join(text("ship it to «4747 Washington St, Apt 38, Albany, NY 12207»", "Er wohnt in der «Hauptstraße 12, 10115 Berlin»", "J'habite au «12 rue de la Paix, 75002 Paris»"),
				field("street_address", "178 Pine St, Austin, TX 78701"), field("direccion", "Calle Mayor 12, 28013 Madrid"), field("strasse", "Keizersgracht 123")),
			Negatives: join(text("the 12 ways to do it", "Inc., 51 Franklin Street, Boston, MA 02110"), field("address", "0x7ffe1234abcd", "db.internal:5432", "tcp://10.0.0.1"), field("street", "n/a")),
		},
		{
			Type: "POSTCODE", Is: "postal code", Source: "UPU; BS 7666", HIPAA: Geography,
			Evidence: "field or label, and the form of some country", Hazards: "zip as an archive, cap as a limit",
			Positives: join(text("PLZ «10115»", "postcode «EC2A 1NT» please"), field("zip", "80202-1234"), field("codigo_postal", "28013"), field("postcode", "1015 CJ")),
			Negatives: join(text("room 10115", "cap(b) < 2000"), field("zip_bytes", "7474781773"), field("zip", "archive.zip", "true")),
		},
		{
			Type: "DOB", Is: "date of birth", Source: "ISO 8601 and the usual written forms", HIPAA: Dates,
			Evidence: "field or label, and a date from 1890 on", Hazards: "other dates, which have other names",
			Positives: join(text("born on «04/01/1986»", "DOB «1967-04-13»", "geboren am «3. März 1980»", "date of birth: «March 5, 1980»"), field("birthDate", "1965-02-13"), field("geburtsdatum", "13.02.1965"), field("dob", "19650213")),
			Negatives: join(text("on 04/01/1986 it rained", "born to be wild"), field("created_at", "1965-02-13"), field("dob", "unknown")),
		},
		{
			Type: "PASSPORT", Is: "passport number", Source: "ICAO 9303 part 4", HIPAA: Certificates,
			Evidence: "field or label, 6 to 9 characters with five digits", Hazards: "any number behind the word passport",
			Positives: join(text("my passport is «E92580470»", "passport number «731401021»", "«AAA123456» es mi número de pasaporte"), field("passportNo", "700293904"), field("reisepassnummer", "C01X00T47")),
			Negatives: join(text("E92580470", "a passport for 12 countries"), field("passport_country", "US1234567"), field("passport", "valid")),
		},
		{
			Type: "PASSPORT", Subtype: "mrz", Is: "machine-readable zone of a passport or card", Source: "ICAO 9303 parts 4 and 5: TD3, TD1", HIPAA: Certificates,
			Evidence: "structure: lines of 44 or 30 characters, check digits of number, birth and expiry", Hazards: "none known",
			Positives: text("«P<FRAMOREAU<<CAMILLE<ANNE<<<<<<<<<<<<<<<<<<<\nX4RTBPF899FRA8004129F3004157<<<<<<<<<<<<<<06»", "zone: «L8988901C4GBR7408122M2904157<<<<<<<<<<<<<<00» ok",
				"«I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F3204153UTO<<<<<<<<<<<2\nERIKSSON<<ANNA<MARIA<<<<<<<<<<»"),
			Negatives: text("L8988901C5GBR7408122M2904157<<<<<<<<<<<<<<00", "a <<<< b", "X4RTBPF899FRA8004129F3004157"),
		},
		{
			Type: "DRIVER_LICENSE", Is: "number of a driver's license", Source: "AAMVA and the national authorities: no common form", HIPAA: Certificates,
			Evidence: "field or label, 5 to 18 characters with four digits", Hazards: "software called driver has licenses with few digits",
			Positives: join(text("driver's license «FC198805»", "DL# «T4467434»", "Führerscheinnummer: «B072RRE2I55»"), field("driversLicense", "IU431011"), field("dl_number", "81272312")),
			Negatives: join(text("golang.org/dl/go1.20.1", "FC198805"), field("driver_license", "MIT", "yes")),
		},
		{
			Type: "DRIVER_LICENSE", Subtype: "uk", Is: "British driver number", Source: "DVLA: surname, date of birth, initials", HIPAA: Certificates,
			Evidence: "structure, in capitals; field or label otherwise", Hazards: "none known: sixteen characters with a date among them",
			Positives: join(text("Licence: «MORGA607054SM9IJ» ok", "see «SMITH802290AB1CD» there"), field("driving_licence", "JONES710153J99EF")),
			Negatives: text("MORGA697054SM9IJ", "MORGA607054SM9I", "MORGA607054SM9IJX"),
		},
	}
}
