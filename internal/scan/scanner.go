package scan

// Bounds of one Scanner. All memory follows from them: the held window, 32 KiB at most and seldom more than a few, and in the
// Workspace, about 160 KiB, the window's decodings, 1 MiB when a leaf fills it.
const (
	// windowBytes is how much of one leaf is judged at once; a longer leaf is judged in windows that
	// overlap by overlapBytes.
	windowBytes  = 32 << 10
	overlapBytes = 4 << 10
	// guardBytes is the context that a finding has on its left at least, unless the leaf starts later.
	guardBytes = 256
	// lookbackBytes is where plain-text scanning starts before the byte at which a body stopped being JSON.
	lookbackBytes = 1 << 10
	// maxKeyBytes of a JSON or form field name are looked at.
	maxKeyBytes = 64
	// maxScalarBytes is the longest number; a longer one is not JSON to us.
	maxScalarBytes = 64
)

// Scanner judges bodies, one at a time. It is reusable through Reset, which keeps its buffers; its memory
// is bounded whatever the body is. It is not for concurrent use. The zero value is ready for Reset.
type Scanner struct {
	policy    *Policy
	direction Direction
	profile   *profile

	consumed int // bytes of the body so far
	limit    int
	oversize bool

	content content
	fields  headReader // of a request's head
	engine  engine
	// events reads the body in place of content where it is a stream of events, so that a text in many of them is read as one.
	events   *Stream
	isEvents bool
}

// Share makes the scanner work in a workspace that other scanners of the same thread use too. Without it the scanner has
// its own.
func (s *Scanner) Share(w *Workspace) { s.engine.Workspace = w }

// Explain makes findings of later bodies say where they stand (Finding.Path). That is for people: it allocates for each of
// them, which judging does not.
func (s *Scanner) Explain(on bool) { s.engine.explain = on }

// Reset starts a new body. The content type is the header's value, empty when there is none.
func (s *Scanner) Reset(p *Policy, d Direction, contentType string) {
	s.policy, s.direction = p, d
	s.profile, _ = profileByName(p.profileName())
	s.content.open(contentType)
	if p.Mode == Off {
		s.content.format = formatNone
	}
	s.consumed, s.oversize = 0, false
	s.limit = p.direction(d).maxBytes()
	if s.engine.Workspace == nil {
		s.engine.Workspace = new(Workspace)
	}
	wanted := p.wanted(d)
	s.engine.reset(s.profile, wanted, p.declarations(wanted))
	s.engine.allow, s.engine.signatures = p.direction(d).Allow, p.Signatures
	if s.isEvents = p.Mode != Off && isEvents(contentType); s.isEvents {
		if s.events == nil {
			s.events = new(Stream)
		}
		s.events.Share(s.engine.Workspace)
		s.events.watch(p, d, contentType, false)
	}
}

// Write judges the next bytes of the body. The chunk is not retained. Where chunks begin and end makes
// no difference to the result.
func (s *Scanner) Write(chunk []byte) {
	if rest := s.limit - s.consumed; len(chunk) > rest {
		chunk = chunk[:rest]
		s.oversize = true
	}
	s.consumed += len(chunk)
	if s.isEvents {
		s.events.Write(nil, chunk)
		s.keepEvents()
		return
	}
	s.content.write(&s.engine, chunk)
}

// keepEvents takes over what was found in events.
func (s *Scanner) keepEvents() {
	found, _ := s.events.Take()
	for i := range found.Findings {
		s.engine.keep(typeIndex(found.Findings[i].Type), &found.Findings[i])
	}
}

// Finish ends the body and returns its judgement, which is valid until the next Reset.
func (s *Scanner) Finish() Result {
	if s.isEvents {
		s.events.Finish(nil)
		s.keepEvents()
	} else {
		s.content.finish(&s.engine)
	}
	return s.result()
}

// result applies the policy to what the engine found.
func (s *Scanner) result() Result {
	found := s.engine.sorted()
	result := Result{Findings: found, Dropped: s.engine.dropped, Oversize: s.oversize}
	for i := range found {
		result.Intended = max(result.Intended, s.policy.Action(s.direction, found[i].Type))
	}
	for i, dropped := range s.engine.droppedTypes {
		if dropped {
			result.Intended = max(result.Intended, withoutList(s.policy.Action(s.direction, typeNames[i])))
		}
	}
	if s.oversize && s.policy.direction(s.direction).Oversize == OversizeBlock {
		result.Intended = Block
	}
	if result.Controls = s.engine.controls && s.policy.direction(s.direction).Controls == ControlsBlock; result.Controls {
		result.Intended = Block
	}
	if s.policy.Mode == Off {
		result.Intended = Pass
	}
	result.Verdict = result.Intended
	if s.policy.Mode == Shadow {
		result.Verdict = min(result.Verdict, Log)
	}
	return result
}

// withoutList is what an action becomes for findings that were not kept: what cannot be shown to Redact
// must not pass.
func withoutList(action Action) Action {
	if action.Edits() {
		return Block
	}
	return action
}
