package policy

import (
	"fmt"
	"regexp/syntax"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// Bounds of matching regular expressions in all stages. RE2 takes at most a step for each instruction of the program at each byte
// of the text, and does not ask the evaluation's Cancel meanwhile.
const (
	maxSteps = 64 << 20
	// maxGrowth is how many instructions a byte of an expression may become: RE2 takes at most a thousand repetitions, nested ones
	// multiplied. What is short enough is not looked at.
	maxGrowth = 2000
	// maxPrograms is how many expressions' sizes are remembered.
	maxPrograms = 1024
)

// expressions are the built-ins that match, with the places of their expression and their text.
var expressions = map[string]struct{ expression, text int }{
	ast.RegexMatch.Name: {0, 1}, ast.RegexSplit.Name: {0, 1}, ast.RegexFind.Name: {0, 1}, ast.RegexFindAllStringSubmatch.Name: {0, 1},
	ast.RegexReplace.Name: {1, 0},
}

func boundExpressions() {
	programs := &programSizes{known: map[string]int{}}
	for name, at := range expressions {
		bounded := topdown.GetBuiltin(name)
		topdown.RegisterBuiltinFunc(name, func(ctx topdown.BuiltinContext, operands []*ast.Term, iter func(*ast.Term) error) error {
			expression, isText := operands[at.expression].Value.(ast.String)
			text, areTexts := operands[at.text].Value.(ast.String)
			most := maxSteps / (len(text) + 1)
			if isText && areTexts && len(expression) > most/maxGrowth && programs.of(string(expression)) > most {
				return fmt.Errorf("a regular expression of more than %d steps", maxSteps)
			}
			return bounded(ctx, operands, iter)
		})
	}
}

// programSizes remembers how many instructions expressions compile to: to find out costs more than most matches.
type programSizes struct {
	mu    sync.RWMutex
	known map[string]int
}

// of returns 0 for what is no expression: the built-in says so.
func (p *programSizes) of(expression string) int {
	p.mu.RLock()
	size, known := p.known[expression]
	p.mu.RUnlock()
	if known {
		return size
	}
	if tree, err := syntax.Parse(expression, syntax.Perl); err == nil {
		if program, err := syntax.Compile(tree.Simplify()); err == nil {
			size = len(program.Inst)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.known) >= maxPrograms {
		clear(p.known)
	}
	p.known[expression] = size
	return size
}
