package pii

// nationalKinds are identifiers that states give to people, by country. The checks are in checks_europe.go and checks_world.go, with their sources.
var nationalKinds = [...]kind{
	nationalID("uk_nino", 9, 9, nino, "nino|ni number|national insurance|national insurance number|national insurance no|ni no"),
	nationalID("uk_nhs", 10, 10, nhs, "nhs|nhs number|nhs no|nhs id"),
	nationalID("uk_utr", 10, 10, utr, "utr|unique taxpayer reference|utr number"),
	nationalID("ca_sin", 9, 9, sin, "sin|sin number|social insurance number|social insurance|nas|numero d assurance sociale|assurance sociale"),
	nationalID("de_tax_id", 11, 11, deTaxID, "steuer id|steuerid|steueridentifikationsnummer|steuerliche identifikationsnummer|idnr|identifikationsnummer|steuer identifikationsnummer|tax id|tin|tax identification number"),
	nationalID("de_ssn", 12, 12, deSSN, "sozialversicherungsnummer|rentenversicherungsnummer|rvnr|svnr|sv nummer|versicherungsnummer"),
	nationalCode("de_id_card", 9, 10, deIDCard, "personalausweis|personalausweisnummer|ausweisnummer|ausweis nr|ausweis|personalausweis nr|idcard|id card|id card number|identity card number|identity card"),
	nationalCode("de_tax_number", 10, 13, digitsOnly, "steuernummer|st nr|stnr|steuer nr"),
	nationalID("fr_nir", 13, 15, nir, "nir|numero de securite sociale|securite sociale|numero securite sociale|numero secu|insee|numero insee|carte vitale|social security number|nss"),
	nationalID("fr_spi", 13, 13, spi, "numero fiscal|spi|numero spi|numero fiscal de reference"),
	nationalID("es_nif", 9, 9, esNIF, "nif|dni|dni nif|nif dni|documento nacional de identidad|numero de identificacion fiscal|documento|numero de documento"),
	nationalID("es_nie", 9, 9, esNIE, "nie|numero de identidad de extranjero|numero de identificacion de extranjero|nif|dni|documento"),
	nationalID("it_fiscal_code", 16, 16, itFiscalCode, "codice fiscale|cod fiscale|cf|fiscal code|tax code|codfisc"),
	nationalID("pt_nif", 9, 9, ptNIF, "nif|numero de contribuinte|contribuinte|numero de identificacao fiscal|nif portugal"),
	nationalID("nl_bsn", 9, 9, bsn, "bsn|burgerservicenummer|sofinummer|sofi nummer|bsn nummer"),
	nationalID("be_nn", 11, 11, beNN, "rijksregisternummer|insz|numero national|niss|numero de registre national|registre national|rrn|national register number|nrn|rijksregister"),
	nationalID("pl_pesel", 11, 11, pesel, "pesel|numer pesel|pesel number"),
	nationalID("se_personnummer", 10, 12, personnummer, "personnummer|pnr|person number|personal identity number|samordningsnummer|swedish id"),
	nationalID("fi_hetu", 10, 11, hetu, "hetu|henkilotunnus|personal identity code|finnish id|finnish id code|personbeteckning|sotu"),
	nationalID("no_fnr", 11, 11, fnr, "fnr|fodselsnummer|personnummer|d nummer|fodselsnr"),
	nationalCode("dk_cpr", 10, 10, cpr, "cpr|cpr nummer|cpr number|cpr nr|personnummer"),
	nationalID("ie_pps", 8, 9, pps, "pps|ppsn|pps number|ppsno|personal public service number"),
	nationalID("at_svnr", 10, 10, svnr, "svnr|sozialversicherungsnummer|sv nummer|versicherungsnummer|svnr at"),
	nationalID("ch_ahv", 13, 13, ahv, "ahv|ahv nummer|ahv nr|avs|numero avs|numero avs|oasi|sozialversicherungsnummer|navs|ahvn13"),
	nationalID("cz_rc", 9, 10, rodneCislo, "rodne cislo|birth number|rc|rodnecislo|rodne c"),
	nationalID("ro_cnp", 13, 13, cnp, "cnp|cod numeric personal"),
	nationalID("bg_egn", 10, 10, egn, "egn|edinen grazhdanski nomer|unified civil number|егн"),
	nationalID("hr_oib", 11, 11, oib, "oib|osobni identifikacijski broj"),
	nationalID("ee_ik", 11, 11, baltic, "isikukood|ik|estonian id"),
	nationalID("lt_ak", 11, 11, baltic, "asmens kodas|ak|lithuanian id"),
	nationalID("lv_pk", 11, 11, latvian, "personas kods|pk|latvian id"),
	nationalID("si_emso", 13, 13, emso, "emso|jmbg|maticni broj"),
	nationalID("hu_taj", 9, 9, taj, "taj|taj szam|tajszam|taj number"),
	nationalID("gr_amka", 11, 11, amka, "amka|αμκα"),
	nationalID("is_kt", 10, 10, kennitala, "kennitala|kt"),
	nationalID("tr_tckn", 11, 11, tckn, "tckn|tc kimlik|tc kimlik no|kimlik no|tc no|kimlik numarasi|kimlik|t c kimlik no"),
	nationalID("ua_rnokpp", 10, 10, rnokpp, "rnokpp|ipn|рнокпп|іпн"),
	nationalID("ru_snils", 11, 11, snils, "snils|снилс"),
	nationalID("ru_inn", 12, 12, inn, "inn|инн"),
	nationalID("il_tz", 9, 9, teudatZehut, "teudat zehut|tz|israeli id|mispar zehut|תעודת זהות"),
	nationalID("za_id", 13, 13, zaID, "sa id|rsa id|south african id|za id|id number|said number|identity number|sa id number"),
	nationalID("br_cpf", 11, 11, cpf, "cpf|cpf numero|numero do cpf|numero cpf|cadastro de pessoas fisicas|cpf cnpj|cpf ou cnpj|tax id|documento"),
	nationalID("br_cnpj", 14, 14, cnpj, "cnpj|cnpj numero|numero do cnpj|cpf cnpj|cpf ou cnpj|tax id|documento"),
	nationalID("cl_rut", 8, 9, rut, "rut|run|rut numero|rol unico tributario|rol unico nacional"),
	nationalID("ar_cuit", 11, 11, cuit, "cuit|cuil|cuit cuil|cuil cuit"),
	nationalCode("ar_dni", 7, 8, digitsOnly, "dni|documento nacional de identidad"),
	nationalCode("pe_dni", 8, 8, digitsOnly, "dni peru|dni peruano"),
	nationalCode("co_cc", 6, 10, digitsOnly, "cedula de ciudadania|cedula ciudadania|numero de cedula|cedula"),
	nationalID("ec_ci", 10, 10, cedula, "cedula de identidad|cedula ecuatoriana|ci ecuador"),
	nationalID("uy_ci", 7, 8, uyCI, "ci uruguay|cedula uruguaya|cedula de identidad"),
	nationalID("mx_curp", 18, 18, curp, "curp|clave unica de registro de poblacion"),
	nationalID("mx_rfc", 12, 13, rfc, "rfc|registro federal de contribuyentes|tax id"),
	nationalID("in_aadhaar", 12, 12, aadhaar, "aadhaar|aadhar|aadhaar number|aadhar number|uidai|aadhaar no|aadhar no|uid"),
	nationalID("in_pan", 10, 10, inPAN, "pan|pan number|pan card|pan no|permanent account number|pan card number"),
	nationalID("cn_rid", 18, 18, chineseID, "shenfenzheng|chinese id|resident identity card|resident id|id card|id card no|id card number|身份证|身份证号|身份证号码|idcard"),
	nationalCode("kr_rrn", 13, 13, rrn, "rrn|resident registration number|korean rrn|jumin|주민등록번호|frn|foreigner registration number|korean frn"),
	nationalID("jp_mynumber", 12, 12, myNumber, "my number|mynumber|individual number|kojin bango|マイナンバー|個人番号"),
	nationalID("tw_id", 10, 10, taiwanID, "taiwan id|roc id|national id|身分證|身分證字號"),
	nationalID("hk_hkid", 8, 9, hkid, "hkid|hk id|hong kong id|hkid number|hong kong identity card"),
	nationalID("sg_nric", 9, 9, nric, "nric|fin|nric number|nric no|nric fin|fin number"),
	nationalCode("my_nric", 12, 12, mykad, "mykad|nric|ic number|ic no|no kad pengenalan|kad pengenalan"),
	nationalID("th_tnin", 13, 13, thaiID, "thai id|tnin|thai national id|เลขประจำตัวประชาชน"),
	nationalCode("id_nik", 16, 16, nik, "nik|ktp|nomor induk kependudukan|nomor ktp"),
	nationalID("au_tfn", 9, 9, tfn, "tfn|tax file number|tax file no"),
	nationalID("au_medicare", 10, 11, auMedicare, "medicare|medicare number|medicare card|medicare card number|medicare no"),
	nationalID("au_abn", 11, 11, abn, "abn|australian business number"),
	nationalID("nz_ird", 8, 9, ird, "ird|ird number|ird no"),
	nationalCode("ng_nin", 11, 11, digitsOnly, "nin|national identification number|nin number"),
	nationalCode("ph_tin", 9, 12, digitsOnly, "bir tin|ph tin"),
	nationalID("ae_eid", 15, 15, emiratesID, "emirates id|eid number|emirates id number"),
	nationalID("sa_id", 10, 10, saudiID, "iqama|iqama number|saudi id|saudi national id"),
	{
		typ: NationalID, form: formNational,
		phrases: "national id|national id number|national identity number|national identification number|national identifier|identity number|id number|citizen id|citizen number|personal id|personal id number|personal number|personal identification number|government id|tax number|tax id|tax identification number|taxpayer id|tin|fiscal number|fiscal code|" +
			"ausweisnummer|personenkennzahl|identifikationsnummer|numero d identite|numero identite|piece d identite|carte d identite|numero de carte d identite|numero de identidad|documento de identidad|documento identidad|identificacion|numero de identificacion|" +
			"documento de identificacao|numero de identificacao|documento|documento di identita|numero documento|carta d identita|numero di identita|identiteitsnummer|identiteitskaart|legitimatie|rijksregisternummer|id card number|id document number",
	},
}

// nationalID is a kind with a check digit.
func nationalID(subtype string, least, most uint8, check func([]byte) bool, phrases string) kind {
	return kind{typ: NationalID, subtype: subtype, strict: true, min: least, max: most, check: check, phrases: phrases}
}

// nationalCode is a kind whose values prove little.
func nationalCode(subtype string, least, most uint8, check func([]byte) bool, phrases string) kind {
	k := nationalID(subtype, least, most, check, phrases)
	k.strict = false
	return k
}
