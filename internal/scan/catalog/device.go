package catalog

// devices describes what names a machine, and so whoever owns it.
func devices() []Entry {
	return []Entry{
		{
			Type: "IP", Is: "IP address", Source: "RFC 791, RFC 4291", HIPAA: Addresses,
			Evidence:  "structure; small numbers throughout, which versions have too, need a word such as from or host, a port, a field or a label",
			Hazards:   "versions and section numbers; loopback, unspecified, link-local addresses and netmasks tell nobody apart and need a label; private ones are reported",
			Positives: join(text("blocked «203.0.113.77» after 5 failures", "login from «2001:db8:4072:6a35:121f:b393:1217:5701»", "from «10.2.3.4» at noon"), field("client_ip", "127.0.0.1"), field("remote_addr", "2001:db8::273b:f483")),
			Negatives: join(text("version 1.1.18.2", "Git 1.7.12.4", "256.1.1.1", "std::a1", "12:34:56"), field("version", "203.0.113.77")),
		},
		{
			Type: "MAC", Is: "hardware address", Source: "IEEE 802", HIPAA: Devices,
			Evidence:  "structure: six octets with colons or dashes, or three pairs with dots; field or label where there is no digit or dotted decimals",
			Hazards:   "fingerprints of keys and dumps, which go on; all zeros and ones",
			Positives: join(text("device «4e:2f:5e:ec:bd:32» is on", "«E8-13-08-EE-22-EC»", "see «0012.3456.789a»"), field("mac", "aa:bb:cc:dd:ee:ff")),
			Negatives: text("00:00:00:00:00:00", "4e:2f:5e:ec:bd:32:11", "4e:2f:5e:ec:bd", "1234.5678.9012"),
		},
		{
			Type: "IMEI", Is: "number of a mobile device", Source: "3GPP TS 23.003: Luhn", HIPAA: Devices,
			Evidence: "field or label, and the check digit; alone in its groups of 2-6-6-1", Hazards: "cards of fifteen digits, which a label tells apart",
			Positives: join(text("IMEI «356920926927343»", "the phone's imei is «351558240697120»"), field("device_imei", "357815036128338")),
			Negatives: join(text("about 356920926927343 of them"), field("imei", "356986295342576", "357913194275879")),
		},
		{
			Type: "ICCID", Is: "number of a SIM card", Source: "ITU-T E.118: 89 and Luhn", HIPAA: Devices,
			Evidence: "field or label, and the check digit", Hazards: "other numbers of 19 digits, which need the label",
			Positives: join(text("ICCID «8949216130363902094»"), field("iccid", "8949524777703067488"), field("sim_number", "8949002667287865202")),
			Negatives: join(text("about 8949216130363902094"), field("iccid", "8949718196569762929", "1949216130363902094")),
		},
		{
			Type: "VIN", Is: "vehicle identification number", Source: "ISO 3779, 49 CFR 565", HIPAA: Vehicles,
			Evidence: "structure with the check digit of North America and China; field or label otherwise", Hazards: "codes of 17 capitals and digits, of which one in eleven passes",
			Positives: join(text("see «5YJBKLYW4J4933363» there", "the vehicle «JL8FBXWJ25SB45535» is"), field("vin", "WDMZFFSBXPY9M2291"), field("vehicle_vin", "K1EUHANG2AVF35263")),
			Negatives: join(text("1HG54RDS92B434244", "tracking 1ZXY4S8K4JZPZRGPM"), field("vin", "5YJBKLYW4I4933363")),
		},
		{
			Type: "LICENSE_PLATE", Is: "license plate", Source: "the registration authorities' schemes", HIPAA: Vehicles,
			Evidence: "field or label, letters and digits", Hazards: "names of templates in a field called plate, which have no digits",
			Positives: join(text("license plate «QTV-3972»", "plate «3PAQ827»", "Kennzeichen «B-AB 1234»"), field("license_plate", "RHZ-4434"), field("matricula", "1234 BCD")),
			Negatives: join(text("room QTV-3972", "vrm := uint32(4)"), field("plate", "boiler", "12")),
		},
		{
			Type: "URL", Is: "web address", Source: "RFC 3986", HIPAA: URLs,
			Evidence: "structure: scheme and a host with a top-level domain or an IP address; www. and a domain", Hazards: "most are nobody's: looked for only where a policy names the type",
			Positives: join(text("see «https://www.linkedin.example/in/jane-doe-50247».", "(«http://203.0.113.7:8080/a?b=c»)", "on «www.example.com/jane»"), field("profile", "https://example.org/~jane")),
			Negatives: text("http://localhost", "http://example", "www.example", "std::www"),
		},
		{
			Type: "BIOMETRIC", Is: "identifier of a biometric template", Source: "ISO/IEC 19794", HIPAA: Biometrics,
			Evidence: "field or label, a long word with digits", Hazards: "fingerprints of keys, browsers and devices, whose fields are called just fingerprint: they are left alone",
			Positives: join(field("fingerprint_template", "Rk1SACAyMAAAAAFcAAABPAFiAMUAxQEAAAAoNUC"), field("faceId", "f3a9c1d27be84420"), text("voiceprint «vp-20931-aa7f»")),
			Negatives: join(field("fingerprint", "SHA256:1f3a9c1d27be8442"), field("face_id", "none"), text("the fingerprint template is new")),
		},
	}
}
