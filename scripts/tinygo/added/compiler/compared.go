package compiler

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// isOnlyCompared reports whether a conversion of bytes to a string is for comparisons and map lookups alone, with nothing
// before the last of them that could change the bytes. Such a string needs no copy; the Go compiler makes none either.
func isOnlyCompared(convert *ssa.Convert) bool {
	from, isSlice := convert.X.Type().Underlying().(*types.Slice)
	if !isSlice || !types.Identical(from.Elem().Underlying(), types.Typ[types.Byte]) {
		return false
	}
	if to, isBasic := convert.Type().Underlying().(*types.Basic); !isBasic || to.Kind() != types.String {
		return false
	}
	for _, use := range *convert.Referrers() {
		switch use := use.(type) {
		case *ssa.DebugRef:
			continue
		case *ssa.BinOp:
			switch use.Op {
			case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
			default:
				return false
			}
		case *ssa.Lookup:
			if use.Index != convert {
				return false
			}
		default:
			return false
		}
		if !unchangedUntil(convert, use) {
			return false
		}
	}
	return true
}

// unchangedUntil reports whether nothing between two instructions, on any way from the first to the second, writes to memory.
func unchangedUntil(from, to ssa.Instruction) bool {
	seen := map[*ssa.BasicBlock]bool{}
	var clean func(block *ssa.BasicBlock, end ssa.Instruction) bool
	clean = func(block *ssa.BasicBlock, end ssa.Instruction) bool {
		start := 0
		if block == from.Block() {
			start = indexIn(block, from) + 1
		}
		stop := len(block.Instrs)
		if end != nil {
			stop = indexIn(block, end)
		}
		if start > stop {
			return false // around a loop
		}
		for _, instr := range block.Instrs[start:stop] {
			if !readsOnly(instr) {
				return false
			}
		}
		if block == from.Block() {
			return true
		}
		for _, previous := range block.Preds {
			if seen[previous] {
				continue
			}
			seen[previous] = true
			if !clean(previous, nil) {
				return false
			}
		}
		return true
	}
	return clean(to.Block(), to)
}

func indexIn(block *ssa.BasicBlock, instr ssa.Instruction) int {
	for i, other := range block.Instrs {
		if other == instr {
			return i
		}
	}
	return len(block.Instrs)
}

func readsOnly(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.BinOp, *ssa.ChangeType, *ssa.Convert, *ssa.DebugRef, *ssa.Extract, *ssa.Field, *ssa.FieldAddr, *ssa.If, *ssa.Index,
		*ssa.IndexAddr, *ssa.Jump, *ssa.Lookup, *ssa.Phi, *ssa.Slice:
		return true
	case *ssa.UnOp:
		return instr.Op != token.ARROW
	case *ssa.Call:
		builtin, isBuiltin := instr.Call.Value.(*ssa.Builtin)
		return isBuiltin && (builtin.Name() == "len" || builtin.Name() == "cap")
	}
	return false
}
