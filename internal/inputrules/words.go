package inputrules

import (
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// wordsOf says what is wrong with a value in words that hold nothing of it; names and numbers are the schema's.
func wordsOf(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.Required:
		return "lacks " + strings.Join(k.Missing, ", ")
	case *kind.Type:
		return "must be of type " + strings.Join(k.Want, " or ")
	case *kind.MinLength:
		return fmt.Sprintf("has fewer than %d characters", k.Want)
	case *kind.MaxLength:
		return fmt.Sprintf("has more than %d characters", k.Want)
	case *kind.MinItems:
		return fmt.Sprintf("has fewer than %d elements", k.Want)
	case *kind.MaxItems:
		return fmt.Sprintf("has more than %d elements", k.Want)
	case *kind.Minimum:
		return "is below " + k.Want.RatString()
	case *kind.Maximum:
		return "is above " + k.Want.RatString()
	case *kind.Format:
		return "is not of the format " + k.Want
	case *kind.Pattern:
		return "does not have the form that is required"
	case *kind.Enum, *kind.Const:
		return "is not one of the allowed values"
	case *kind.AdditionalProperties, *kind.FalseSchema:
		return "has a field that is not allowed"
	}
	if path := k.KeywordPath(); len(path) > 0 {
		return "is not as " + path[0] + " demands"
	}
	return "is not valid"
}
