package sqli

import "github.com/meshwarden/meshwarden/internal/scan/match"

// fact is a kind of evidence; of each kind only the strongest counts in one cluster.
type fact uint8

const (
	fBreakout  fact = iota // the fragment leaves a value or a string
	fUnion                 // union select
	fList                  // a select list of literals or functions
	fTautology             // a condition of literals
	fCondition             // a condition of names
	fOrder                 // order by a number
	fDelay                 // a call that takes time
	fProbe                 // a call that leaks
	fSchema                // a system table
	fStacked               // a second statement
	fComment               // a comment ends the fragment
	fGap                   // a comment separates keywords
	fSubselect             // a select in parentheses
	fString                // strings built from codes
	fInfo                  // server facts
	fBranch                // a conditional expression
	fOutput                // into outfile
	fFragment              // quotes and operators alone
	fDocument              // JSON operators and casts
	fClause                // a value that is a part of a statement and nothing else
	fStatement             // a whole statement: plain SQL, no sign of injection
	nFacts
)

// names are the rules by which findings are known.
var names = [nFacts]string{
	"breakout", "union_select", "select_list", "tautology", "condition", "order_by", "time_delay", "probe_function",
	"schema_table", "stacked_query", "comment_truncation", "comment_gap", "subselect", "string_codes", "server_info",
	"conditional", "into_outfile", "quote_fragment", "json_operator", "clause_fragment", "sql_statement",
}

// reach is how many tokens apart facts may be and still support each other.
const reach = 28

// reported is the least confidence worth a match.
const reported = 0.5

type cluster struct {
	open       bool
	start, end int // bytes
	last       int // token index of the newest fact
	weight     [nFacts]float32
}

// note records a fact found at token i that spans the bytes of tokens i..j.
func (f *finder) note(k fact, w float32, i, j int) {
	c := &f.cl
	start, end := f.at(i).start, f.at(min(j, f.n-1)).end
	if !c.open {
		*c = cluster{open: true, start: start, end: end}
	}
	c.start, c.end = min(c.start, start), max(c.end, end)
	c.last = max(c.last, f.base+i)
	c.weight[k] = max(c.weight[k], w)
}

// flush turns the cluster into a match: facts are independent hints, so their doubts multiply.
func (f *finder) flush() {
	c := &f.cl
	if !c.open {
		return
	}
	c.open = false
	doubt, best := float32(1), fBreakout
	for k, w := range c.weight[:fStatement] {
		doubt *= 1 - w
		if w > c.weight[best] || best == fBreakout && w > 0 {
			best = fact(k)
		}
	}
	if best == fClause {
		best = c.strongest()
	}
	p := 1 - doubt
	if (f.plain || c.weight[fStatement] > 0) && !c.hostile() {
		p, c.weight[fStatement] = 0, 0.6
	}
	if w := c.weight[fStatement]; w > p {
		p, best = w, fStatement
	}
	if f.plain && c.weight[fSchema] >= 0.6 && p < systemQuery {
		p, best = systemQuery, fSchema
	}
	if p >= reported && best != fBreakout {
		f.dst = append(f.dst, match.Match{Start: c.start, End: c.end, Confidence: p, Severity: severity, Rule: names[best]})
	}
}

// strongest returns the fact that says what a clause is there for, fClause when there is none.
func (c *cluster) strongest() fact {
	best := fClause
	for k := fUnion; k < fClause; k++ {
		if w := c.weight[k]; w >= 0.4 && (best == fClause || w > c.weight[best]) {
			best = k
		}
	}
	return best
}

// systemQuery is the confidence of a statement that reads a system table: right in a tool for databases.
const systemQuery = 0.82

// hostile reports whether the cluster has a fact that plain statements do not have.
func (c *cluster) hostile() bool {
	for _, k := range [...]fact{fTautology, fOrder, fDelay, fProbe, fSchema, fStacked, fComment, fGap, fOutput, fFragment, fClause} {
		if c.weight[k] >= 0.25 {
			return true
		}
	}
	return false
}

// severity is critical, as scan.Critical.
const severity = 3
