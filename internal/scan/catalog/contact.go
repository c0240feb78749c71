package catalog

// contacts describes what names a person or reaches one.
func contacts() []Entry {
	return []Entry{
		{
			Type: "EMAIL", Is: "e-mail address", Source: "RFC 5321, RFC 5322", HIPAA: Mails,
			Evidence: "structure: local part, @, a domain name whose last label is alphabetic and no file suffix",
			Hazards:  "icon@2x.png, package@1.2.3, git@host:path, user@host in URLs",
			Positives: join(text("write to «j.doe+shop@mail.example.co.uk».", "mail «o'brien@example.ie», please"),
				field("contact", "jane@example.com")),
			Negatives: text("icon@2x.png", "lodash@4.17.21", "git@example.com:octo/hello.git", "jane@localhost"),
		},
	}
}
