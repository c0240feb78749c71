package policy

import (
	"fmt"
	"math/big"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// Bounds of what a call of a built-in that makes values larger than its operands may take, in all stages: what is doubled forty times over
// is refused after sixteen, instead of filling the memory until the deadline (RATIONALE.md).
const (
	// maxOperand is of the texts and elements of all operands, an element counting elementBytes.
	maxOperand   = 1 << 20
	elementBytes = 16
	// maxSplit is of a text that becomes many.
	maxSplit = 256 << 10
	// maxPairs is of the operands of built-ins that compare each element with each, or go through them again for each.
	maxPairs = 32 << 10
	// maxRange is how many numbers one call may list.
	maxRange = 100_000
)

// growing are the built-ins whose result, or whose work, can be larger than their operands, with the bound of those.
var growing = map[string]int{
	ast.Concat.Name: maxOperand, ast.Sprintf.Name: maxOperand, ast.Replace.Name: maxSplit, ast.ReplaceN.Name: maxSplit,
	ast.RegexReplace.Name: maxSplit, ast.Split.Name: maxSplit, ast.SplitN.Name: maxSplit, ast.RegexSplit.Name: maxSplit,
	ast.RegexFind.Name: maxSplit, ast.RegexFindAllStringSubmatch.Name: maxSplit, ast.IndexOfN.Name: maxSplit,
	ast.JSONMarshal.Name: maxOperand, ast.JSONMarshalWithOptions.Name: maxOperand, ast.JSONUnmarshal.Name: maxOperand,
	ast.YAMLMarshal.Name: maxOperand, ast.YAMLUnmarshal.Name: maxSplit,
	ast.Base64Encode.Name: maxOperand, ast.Base64UrlEncode.Name: maxOperand, ast.Base64UrlEncodeNoPad.Name: maxOperand,
	ast.HexEncode.Name: maxOperand, ast.URLQueryEncode.Name: maxOperand, ast.URLQueryEncodeObject.Name: maxOperand,
	ast.ArrayConcat.Name: maxOperand, ast.ArrayFlatten.Name: maxOperand, ast.ObjectUnion.Name: maxOperand, ast.ObjectUnionN.Name: maxOperand,
	ast.InternalTemplateString.Name: maxOperand, ast.JSONPatch.Name: maxPairs, ast.ObjectSubset.Name: maxPairs, ast.Product.Name: maxPairs,
}

func init() {
	for name, limit := range growing {
		bounded := topdown.GetBuiltin(name)
		topdown.RegisterBuiltinFunc(name, func(ctx topdown.BuiltinContext, operands []*ast.Term, iter func(*ast.Term) error) error {
			left := limit
			for _, operand := range operands {
				if left = weigh(operand.Value, left); left < 0 {
					return fmt.Errorf("operands of more than %d bytes", limit)
				}
			}
			return bounded(ctx, operands, iter)
		})
	}
	boundExpressions()
	for name, arguments := range map[string]int{ast.NumbersRange.Name: 2, ast.NumbersRangeStep.Name: 3} {
		ranges := topdown.GetBuiltin(name)
		topdown.RegisterBuiltinFunc(name, func(ctx topdown.BuiltinContext, operands []*ast.Term, iter func(*ast.Term) error) error {
			if n := numbers(operands[:arguments]); n > maxRange {
				return fmt.Errorf("more than %d numbers", maxRange)
			}
			return ranges(ctx, operands, iter)
		})
	}
}

// weigh returns what is left of a number of bytes when v was taken from it, less than 0 when v is larger. It looks at no
// more of v than that.
func weigh(v ast.Value, left int) int {
	less := func(t *ast.Term) bool {
		if left -= elementBytes; left >= 0 {
			left = weigh(t.Value, left)
		}
		return left < 0
	}
	switch v := v.(type) {
	case ast.String:
		return left - len(v)
	case ast.Number:
		return left - len(v)
	case *ast.Array:
		v.Until(less)
	case ast.Set:
		v.Until(less)
	case ast.Object:
		v.Until(func(key, value *ast.Term) bool { return less(key) || less(value) })
	}
	return left
}

// numbers is how many a range has, as far as its operands are whole numbers; the built-in itself refuses others.
func numbers(operands []*ast.Term) float64 {
	var of [3]float64
	of[2] = 1
	for i, operand := range operands {
		n, ok := operand.Value.(ast.Number)
		if !ok {
			return 0
		}
		f, ok := new(big.Float).SetString(string(n))
		if !ok {
			return 0
		}
		of[i], _ = f.Float64()
	}
	if of[2] == 0 {
		return 0
	}
	n := (of[1] - of[0]) / of[2]
	return max(n, -n)
}
