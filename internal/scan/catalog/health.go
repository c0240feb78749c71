package catalog

// health describes what stands in the records of patients and those who treat them.
func health() []Entry {
	return []Entry{
		{
			Type: "MRN", Is: "medical record number", Source: "none: each hospital has its own", HIPAA: MedicalRecords,
			Evidence: "field or label, 5 to 12 characters, mostly digits", Hazards: "other numbers in a field called patient_id",
			Positives: join(text("MRN «72493130»", "medical record number «542-4-40141»"), field("mrn", "MRN0942855"), field("patientId", "7750814")),
			Negatives: join(text("page 72493130", "the patient number grew"), field("mrn", "n/a"), field("record_number", "77601938")),
		},
		{
			Type: "HEALTH_PLAN", Is: "number of a health plan's member", Source: "none: each insurer has its own", HIPAA: Beneficiaries,
			Evidence: "field or label, 6 to 15 characters, mostly digits", Hazards: "members of anything else in a field called member_id",
			Positives: join(text("health plan member id «W154986168»", "insurance member number «YJK559891581»"), field("health_plan_id", "NPY050729225"), field("member_id", "W690537037")),
			Negatives: join(text("W154986168"), field("member_id", "me", "jdoe"), field("plan_id", "W154986168")),
		},
		{
			Type: "HEALTH_PLAN", Subtype: "us_mbi", Is: "Medicare beneficiary identifier", Source: "CMS: Understanding the MBI Format", HIPAA: Beneficiaries,
			Evidence: "structure: eleven characters, each of its own kind, in capitals; field or label otherwise", Hazards: "none known: chance meets the form once in ten thousand",
			Positives: join(text("see «6EN1-E58-GQ40» there", "see «9DE4VH7YJ21» there"), field("medicare_id", "7DT8N43PM54")),
			Negatives: text("1SG4-TE5-MK73", "6EN1E58GQ4", "1EG4TE5MK734"),
		},
		{
			Type: "HEALTH_PLAN", Subtype: "de_kvnr", Is: "German health insurance number", Source: "section 290 SGB V: letter, date-free digits, Luhn", HIPAA: Beneficiaries,
			Evidence: "field or label, and the check digit", Hazards: "other codes of a letter and nine digits, which need the label",
			Positives: join(text("Krankenversichertennummer «E693433208»"), field("kvnr", "R287333961", "J629716985")),
			Negatives: join(text("Teil E693433208"), field("kvnr", "G255750778", "P301829807")),
		},
		{
			Type: "NPI", Is: "national provider identifier", Source: "45 CFR 162.406: Luhn with the prefix 80840", HIPAA: Certificates,
			Evidence: "field or label, and the check digit", Hazards: "telephone numbers and times of ten digits, which need the label",
			Positives: join(text("NPI «1153209162»", "provider npi «2654537473»"), field("npi", "1320142122"), field("provider_npi", "1182836431")),
			Negatives: join(text("about 1153209162 of them"), field("npi", "1495511749", "1180325085"), field("created", "1153209162")),
		},
		{
			Type: "DEA", Is: "registration of the Drug Enforcement Administration", Source: "21 CFR 1301: letters and a check digit", HIPAA: Certificates,
			Evidence: "field or label, and the check digit", Hazards: "parts numbers of two letters and seven digits, which need the label",
			Positives: join(text("DEA# «FQ2687703»", "DEA number «FP4614005»"), field("dea_number", "FQ3223625"), field("dea", "BY5520108")),
			Negatives: join(text("part FQ2687703"), field("dea", "BE0974280", "MN3560343")),
		},
	}
}
