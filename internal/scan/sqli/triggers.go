package sqli

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them,
// whatever its case.
var Triggers = []string{
	"or", "and", "||", "&&", "where", "having", "when", "union", "select", "order", "group",
	"--", "#", "/*", ";",
}
