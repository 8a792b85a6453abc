package main

import (
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
	handled, after := account.Days(c.Request.KeepDays), account.Days(store.BookingDays)
	return map[string]account.Service{
		"request": {
			Keeps: account.Both{Dutch: handled.Dutch + " nadat het is afgehandeld; wat open is, blijft", English: handled.English + " after it was handled; what is open stays"},
			Seen:  account.Both{Dutch: "medewerkers, op de werklijst onder /desk/", English: "colleagues, on the worklist under /desk/"},
		},
		"appointment": {
			Keeps: account.Both{Dutch: after.Dutch + " na de afspraak", English: after.English + " after the appointment"},
			Seen:  account.Both{Dutch: "medewerkers, bij de afspraken van de dag onder /desk/", English: "colleagues, among the appointments of the day under /desk/"},
		},
	}
}

// The periods that end with a deed of somebody and not with a day.
var (
	untilStop  = account.Both{Dutch: "tot STOP", English: "until STOP"}
	untilYes   = account.Both{Dutch: "tot de bewoner zelf weer ja zegt", English: "until the resident says yes again"}
	untilNo    = account.Both{Dutch: "tot het wordt ingetrokken, of tot STOP", English: "until it is withdrawn, or until STOP"}
	itStays    = account.Both{Dutch: "blijft als bewijs, ook na STOP, onder een willekeurig pseudoniem", English: "stays as evidence, also after STOP, under a random pseudonym"}
	untilReady = account.Both{Dutch: "tot het is afgehandeld", English: "until it is handled"}
)

// kept is the retention table: what the purge (store/purge.go) and STOP (store/stop.go) hold to.
func (c *config) kept(b *flow.Bundle) []account.Kept {
	row := func(nl, en string, long account.Both, set string) account.Kept {
		return account.Kept{What: account.Both{Dutch: nl, English: en}, HowLong: long, Set: set}
	}
	handled, after := account.Days(c.Request.KeepDays), account.Days(store.BookingDays)
	idle, tries := account.Within(engine.IdleAfter), account.Within(max(store.TriesWithin, store.RequestTriesWithin))
	rows := []account.Kept{
		row("Berichten van bewoners en antwoorden aan hen", "Messages of residents and answers to them", account.Days(c.Privacy.TextDays), "[privacy] text_days"),
		row("Antwoorden in een gesprek dat gaande is", "Answers in a conversation that is under way",
			account.Both{Dutch: "tot het onderwerp klaar is; viel het gesprek stil: tot het eerste bericht na " + idle.Dutch + ", of tot STOP",
				English: "until the subject is done; where it fell silent: until the first message after " + idle.English + ", or until STOP"}, "engine.IdleAfter"),
		row("Telefoonnummer, WhatsApp-id en taal", "Phone number, WhatsApp id and language", untilStop, "store.Erase"),
		row("Toestemming voor berichten, met wat daarvoor wordt bewaard", "Consent to messages, with what is kept for it", untilNo, "store.Erase"),
		row("Het toestemmingsboek: welke woorden, wanneer, ja of nee", "The consent ledger: which words, when, yes or no", itStays, "store.Erase"),
		row("Het merkteken dat wie STOP zei niet meer benaderd wordt (een hash)", "The mark that who said STOP is not approached again (a hash)", untilYes, "store.Purge"),
		row("Hashes die een herhaalde bezorging herkennen", "Hashes that recognise a repeated delivery", account.Days(store.DedupeDays), "store.DedupeDays"),
		row("Het laatste bericht na STOP, met het adres", "The farewell after STOP, with its address", account.Within(store.FarewellUseful), "store.FarewellUseful"),
		row("Afspraken", "Appointments", account.Both{Dutch: after.Dutch + " na de afspraak", English: after.English + " after the appointment"}, "store.BookingDays"),
		row("Foute codes, als telling", "Wrong codes, as a count", tries, "store.TriesWithin, store.RequestTriesWithin"),
	}
	if len(b.Shared.Remembered) > 0 {
		names := strings.Join(b.Shared.Remembered, ", ")
		rows = append(rows, row("Wat onthouden wordt voor een volgende vraag: "+names, "What is remembered for a next question: "+names, untilStop, "flows/bode.toml, remembered"))
	}
	if c.Request.Receiver != "" {
		rows = append(rows, row("Wat bewoners indienden en nog open is", "What residents handed in and is still open", untilReady, "store.Purge"),
			row("Wat bewoners indienden en is afgehandeld", "What residents handed in and was handled", handled, "[request] keep_days"))
	}
	return rows
}
