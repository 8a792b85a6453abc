package flow

import "fmt"

// dialogue writes a road through a flow as the conversation that takes it: what
// the resident does after ">", what a service or the flow decides in brackets.
func (c *checker) dialogue(g *graph, road []int) []string {
	lines := c.opening(g)
	for _, i := range road {
		lines = append(lines, c.line(g, g.edges[i], 0)...)
	}
	return lines
}

// opening is how a resident gets into a flow: by the menu, by a word, or
// through another flow.
func (c *checker) opening(g *graph) []string {
	for _, name := range c.b.Shared.Menu {
		if name == g.flow.Name && g.flow.Title != nil {
			return []string{fmt.Sprintf("> (kiest %q in het menu)", dutchSource(g.flow.Title))}
		}
	}
	if words := g.flow.Keywords[dutch]; len(words) > 0 {
		return []string{"> " + words[0]}
	}
	return c.openingBelow(g)
}

// openingBelow leads to a flow that only other flows call.
func (c *checker) openingBelow(g *graph) []string {
	for _, caller := range c.graphs {
		for s, called := range c.calls(caller) {
			if called == g && caller != g && caller.depth > g.depth && caller.arrived[s] != notReached {
				return c.dialogue(caller, caller.road(s))
			}
		}
	}
	return []string{}
}

// line is what is seen of one event; texts of ours are not.
func (c *checker) line(g *graph, e edge, depth int) []string {
	s := g.states[e.from]
	switch s.Kind {
	case Ask:
		return []string{"> " + exampleAnswer(s, e.event)}
	case Choose:
		return []string{fmt.Sprintf("> (kiest %q)", choiceLabel(s, e))}
	case ChooseFrom:
		return []string{pickLine(s, e)}
	case CallService:
		return []string{fmt.Sprintf("(%s = %s)", s.Call, e.event)}
	case Branch:
		return []string{branchLine(s, e.event)}
	case Subscribe, Unsubscribe:
		return []string{consentLine(e.event)}
	case Handover:
		return []string{deskLine(s, e.event)}
	case SubFlow:
		return c.throughFlow(g, e, depth)
	}
	return nil
}

// throughFlow is the shortest way through a flow that is called.
func (c *checker) throughFlow(g *graph, e edge, depth int) []string {
	called := c.called(g, e.from)
	if called == nil || depth > maxDepth {
		return nil
	}
	for _, s := range called.order {
		if called.states[s].Kind == End {
			var lines []string
			for _, i := range called.road(s) {
				lines = append(lines, c.line(called, called.edges[i], depth+1)...)
			}
			return lines
		}
	}
	return nil
}

// exampleAnswer is an answer that the question takes.
func exampleAnswer(s *State, event string) string {
	switch event {
	case "skip":
		return fmt.Sprintf("(kiest %q)", dutchSource(s.Optional))
	case "invalid":
		return "(antwoordt iets anders dan gevraagd)"
	}
	switch s.Ask {
	case "number":
		if s.Min != "" {
			return s.Min
		}
		return "2"
	case "date":
		return "20-11-2026"
	case "time":
		return "14:30"
	case "address":
		return "3511LN 12"
	case "place":
		return "(deelt een locatie)"
	case "yes_no":
		return "ja"
	case "phone":
		return "(typt een telefoonnummer)"
	case "email":
		return "(typt een e-mailadres)"
	case "reference":
		return "(typt een kenmerk)"
	}
	return "(typt een antwoord)"
}

func choiceLabel(s *State, e edge) string { return dutchSource(choiceAt(s, e.path).Label) }

func pickLine(s *State, e edge) string {
	switch e.event {
	case "chosen":
		return "> (kiest de eerste uit de lijst)"
	case "empty":
		return fmt.Sprintf("(de lijst %q is leeg)", s.From)
	}
	return fmt.Sprintf("> (kiest %q)", choiceLabel(s, e))
}

func branchLine(s *State, event string) string {
	if event == "else" {
		return fmt.Sprintf("(%s = iets anders)", s.Value)
	}
	value := event[len("is:"):]
	if _, _, ok := compared(value); ok {
		return fmt.Sprintf("(%s %s)", s.Value, value)
	}
	return fmt.Sprintf("(%s = %s)", s.Value, value)
}

func consentLine(event string) string {
	if event == "yes" {
		return `> (kiest "Ja")`
	}
	return `> (kiest "Nee")`
}

func deskLine(s *State, event string) string {
	switch event {
	case "closed":
		return fmt.Sprintf("(team %s is dicht)", s.Team)
	case "nobody":
		return fmt.Sprintf("(bij team %s is niemand)", s.Team)
	}
	return fmt.Sprintf("(team %s geeft het gesprek terug)", s.Team)
}
