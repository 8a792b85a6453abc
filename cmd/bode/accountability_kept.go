package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/gemeentebode/bode/bot/account"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/store"
)

// account is what the installation's documents are made from.
func (c *config) account(b *flow.Bundle) account.Account {
	return account.Account{
		Bundle: b, Controller: c.Privacy.Controller, DPO: c.Privacy.DPO, Statement: c.Privacy.Statement,
		Processors: c.Privacy.Processors, Kept: c.kept(b), Services: c.recorded(),
	}
}

// recorded tells of the services at which flows record something.
func (c *config) recorded() map[string]account.Service {
	keeps := map[string]account.Both{}
	for _, kind := range c.Retention.Kinds() {
		keeps[kind.Name] = howLong(kind)
	}
	return map[string]account.Service{
		"request": {Keeps: keeps["requests"],
			Seen: account.Both{Dutch: "medewerkers, op de werklijst onder /desk/", English: "colleagues, on the worklist under /desk/"}},
		"appointment": {Keeps: keeps["bookings"],
			Seen: account.Both{Dutch: "medewerkers, bij de afspraken van de dag onder /desk/", English: "colleagues, among the appointments of the day under /desk/"}},
	}
}

// howLong says the period of a kind as the purge holds to it.
func howLong(kind store.Kind) account.Both {
	long := period(kind.Days)
	switch {
	case kind.Until.Dutch != "":
		return account.Both(kind.Until)
	case kind.Within > 0:
		long = account.Within(kind.Within)
	}
	return account.Both{Dutch: strings.TrimSpace(long.Dutch + " " + kind.From.Dutch), English: strings.TrimSpace(long.English + " " + kind.From.English)}
}

// period says days, and what they are in years where they are whole ones.
func period(days int) account.Both {
	long := account.Days(days)
	years := int(math.Round(float64(days) / 365.25))
	if years < 2 || math.Abs(float64(days)-float64(years)*365.25) > 1 {
		return long
	}
	return account.Both{Dutch: fmt.Sprintf("%s (%d jaar)", long.Dutch, years), English: fmt.Sprintf("%s (%d years)", long.English, years)}
}

// The periods that end with a deed of somebody and not with a day.
var (
	untilStop  = account.Both{Dutch: "tot STOP", English: "until STOP"}
	untilNo    = account.Both{Dutch: "tot het wordt ingetrokken, of tot STOP", English: "until it is withdrawn, or until STOP"}
	untilReady = account.Both{Dutch: "tot het is afgehandeld", English: "until it is handled"}
)

// kept is the retention table: the kinds that the purge destroys by their
// time, and what ends otherwise (store/stop.go).
func (c *config) kept(b *flow.Bundle) []account.Kept {
	row := func(nl, en string, long account.Both, set string) account.Kept {
		return account.Kept{What: account.Both{Dutch: nl, English: en}, HowLong: long, Set: set}
	}
	var rows []account.Kept
	for _, kind := range c.Retention.Kinds() {
		rows = append(rows, account.Kept{What: account.Both(kind.What), HowLong: howLong(kind), Set: kind.Set})
	}
	idle := account.Within(engine.IdleAfter)
	rows = append(rows,
		row("Antwoorden in een gesprek dat gaande is", "Answers in a conversation that is under way",
			account.Both{Dutch: "tot het onderwerp klaar is; viel het gesprek stil: tot het eerste bericht na " + idle.Dutch + ", of tot STOP",
				English: "until the subject is done; where it fell silent: until the first message after " + idle.English + ", or until STOP"}, "engine.IdleAfter"),
		row("Toestemming voor berichten, met wat daarvoor wordt bewaard", "Consent to messages, with what is kept for it", untilNo, "store.Erase"))
	if len(b.Shared.Remembered) > 0 {
		names := strings.Join(b.Shared.Remembered, ", ")
		rows = append(rows, row("Wat onthouden wordt voor een volgende vraag: "+names, "What is remembered for a next question: "+names, untilStop, "flows/bode.toml, remembered"))
	}
	if c.Request.Receiver != "" {
		rows = append(rows, row("Wat bewoners indienden en nog open is", "What residents handed in and is still open", untilReady, "store.MarkRequest"))
	}
	return rows
}
