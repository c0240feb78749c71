package catalog

import "strings"

// secrets describes SECRET by vendor, and the other things that let one act in somebody's name.
func secrets() []Entry {
	const token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI5OTg4Nzc2NiJ9.q7Hs2kPz9Xw4Lm6Tb1VnAAyR3uJ0cD8eF5gB2hN1iK4"
	return []Entry{
		{
			Type: "JWT", Is: "JSON Web Token in compact form", Source: "RFC 7519, RFC 7515, RFC 7516",
			Evidence: "structure: three or five parts, a header that decodes to an object with alg",
			Hazards:  "other dotted base64, which names no algorithm",
			Positives: join(text("token «"+token+"» ok", "«"+token+"»"),
				field("session", token)),
			Negatives: text(strings.Split(token, ".")[0], "eyJzdWIiOiI5OTg4Nzc2NiJ9.eyJzdWIiOiI5OTg4Nzc2NiJ9.x", "x"+token),
		},
	}
}
