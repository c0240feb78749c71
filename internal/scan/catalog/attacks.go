package catalog

// attacks describes the attack families.
func attacks() []Entry {
	return []Entry{
		{
			Type: "sqli", Is: "SQL injection", Source: "CWE-89",
			Evidence:  "grammar: a value that ends its quote and goes on as SQL, or is a statement that no user writes",
			Hazards:   "prose with or, and, select; apostrophes in names; questions about SQL",
			Positives: text("1' OR '1'='1", "5 UNION SELECT login, pass FROM staff--", "x'; DROP TABLE orders; --"),
			Negatives: text("Rock 'n' roll or jazz?", "Select a colour from the list and order it", "O'Neill and O'Brien"),
		},
	}
}
