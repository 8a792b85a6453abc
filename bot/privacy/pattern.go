package privacy

import (
	"regexp"
	"regexp/syntax"
)

// MatchesIdentifier tells whether a pattern for references, held against a
// whole answer, would accept some valid BSN (nine digits, or eight with the
// zero in front left out), IBAN, card number or document number, in capitals
// or small letters, with or without separators. It walks the pattern
// and the rules of the identifiers together, so a no is a proof: every answer
// that the pattern accepts is something else. When that takes too long it says
// yes. A number of nine digits glued to letters counts too: the door would mask
// one in eleven of such references.
func MatchesIdentifier(pattern *regexp.Regexp) bool {
	parsed, err := syntax.Parse(`^(?:`+pattern.String()+`)$`, syntax.Perl)
	if err != nil {
		return true
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return true
	}
	for _, m := range identifierMachines() {
		w := walk{program: program, machine: m, seen: map[walkState]bool{}}
		if w.accepts() {
			return true
		}
	}
	return false
}

// longestWalk is how many steps a walk may take before it says yes unproved.
const longestWalk = 400_000

// walk looks for a text that both the pattern and an identifier's machine accept.
type walk struct {
	program *syntax.Prog
	machine machine
	seen    map[walkState]bool
	queue   []walkState
}

type walkState struct {
	pc   uint32
	id   int  // state of the machine
	last rune // stands for the class of the character before: -1 at the beginning, 'a' or '-'
}

func (w *walk) accepts() bool {
	w.push(walkState{uint32(w.program.Start), w.machine.start(), -1})
	for len(w.queue) > 0 {
		s := w.queue[len(w.queue)-1]
		w.queue = w.queue[:len(w.queue)-1]
		if len(w.seen) > longestWalk || w.from(s) {
			return true
		}
	}
	return false
}

func (w *walk) push(s walkState) {
	if !w.seen[s] {
		w.seen[s] = true
		w.queue = append(w.queue, s)
	}
}

// from tries every next character, and whether the text may end here.
func (w *walk) from(s walkState) (accepted bool) {
	if w.machine.accepts(s.id) {
		w.closure(s.pc, syntax.EmptyOpContext(s.last, -1), func(in *syntax.Inst) {
			accepted = accepted || in.Op == syntax.InstMatch
		})
	}
	if accepted {
		return true
	}
	for _, like := range []rune{'a', '-'} {
		w.closure(s.pc, syntax.EmptyOpContext(s.last, like), func(in *syntax.Inst) {
			w.along(s.id, in, like)
		})
	}
	return false
}

// along goes one character further in both.
func (w *walk) along(id int, in *syntax.Inst, like rune) {
	for _, r := range alphabet[like] {
		if next := w.machine.next(id, r); next >= 0 && in.MatchRune(r) {
			w.push(walkState{in.Out, next, like})
		}
	}
	if like == '-' { // for \b a digit of another script is none of a word
		w.alongOtherScripts(id, in)
	}
}

// otherZeros begin the digits of scripts that residents type in; and otherA
// the capitals of full width.
const (
	otherZeros = "０٠۰०"
	otherA     = 'Ａ'
)

func (w *walk) alongOtherScripts(id int, in *syntax.Inst) {
	for d := range rune(10) {
		next := w.machine.next(id, '0'+d)
		for _, zero := range otherZeros {
			if next >= 0 && in.MatchRune(zero+d) {
				w.push(walkState{in.Out, next, '-'})
			}
		}
	}
	for l := range rune(26) {
		if next := w.machine.next(id, 'A'+l); next >= 0 && in.MatchRune(otherA+l) {
			w.push(walkState{in.Out, next, '-'})
		}
	}
}

// alphabet is every character of an identifier in its spellings, and some that
// may be glued to one, by whether it is part of a word for \b.
var alphabet = map[rune]string{
	'a': "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_",
	'-': " #:" + ".-/\\|*()'+,~`",
}

// closure visits the instructions that read a character, or end, and that can
// be reached from pc without reading one.
func (w *walk) closure(pc uint32, flags syntax.EmptyOp, visit func(*syntax.Inst)) {
	seen := map[uint32]bool{}
	stack := []uint32{pc}
	for len(stack) > 0 {
		pc, stack = stack[len(stack)-1], stack[:len(stack)-1]
		if seen[pc] {
			continue
		}
		seen[pc] = true
		switch in := &w.program.Inst[pc]; in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			stack = append(stack, in.Out, in.Arg)
		case syntax.InstCapture, syntax.InstNop:
			stack = append(stack, in.Out)
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(in.Arg)&^flags == 0 {
				stack = append(stack, in.Out)
			}
		case syntax.InstFail:
		case syntax.InstRune1, syntax.InstRune, syntax.InstRuneAny, syntax.InstRuneAnyNotNL, syntax.InstMatch:
			visit(in)
		}
	}
}
