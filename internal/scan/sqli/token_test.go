package sqli_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/sqli"
)

var pieces = []string{
	"select", "UNION", "or", "the", "a", "x1", "user_id", "price$", "caf\u00e9", "representation", "uncharacteristically", " ", " ", " ", " ", "  ", "\n", "\t",
	"'", "\"", "`", "--", "/*", "*/", "/**/", "/*!50000", "#", ";", ",", ".", "(", ")", "=", "<>", "||", "&&", "@@version", "1", "0x41", "1.5e3", "\x00", "\x7f", "\xff", "it's",
}

func TestUsualTokensAreReadAsAllOthers(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(11, 12))
	for range 20_000 {
		var text []byte
		for range random.IntN(30) {
			text = append(text, pieces[random.IntN(len(pieces))]...)
		}
		if got, want := sqli.Lexed(text, false), sqli.Lexed(text, true); !slices.Equal(got, want) {
			t.Fatalf("%q is read as\n%q, want\n%q", text, got, want)
		}
	}
}

func TestWordsOfProseAreDismissedAndThoseOfConditionsAreNot(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"or tea, please": true, "and some apples, too": true, "and 22 others": true, "where possible. Thanks a lot": true, "where possible": false, "or not, who knows": true,
		"and/or both": false, "and Tom's book": true, "and well-known names": true, "or (c) nobody": false, "and costs $5": true,
		"or 1=1": false, "or 1": false, "or true": false, "and x like y": false, "or 'a'='a": false, "and sleep(5)": false, "or x is null": false,
		"or name": false, "or": false, "and not exists(select 1)": false, "having count(*)>1": false, "or 2>1": false, "and a.b=c": false, "or 1.": false, "or x--": false,
	} {
		end := 0
		for end < len(text) && text[end] >= 'a' {
			end++
		}
		if got := sqli.Dismiss([]byte(text), end); got != want {
			t.Errorf("%q: dismissed %v, want %v", text, got, want)
		}
	}
}
