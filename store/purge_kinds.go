package store

import (
	"fmt"
	"strings"
	"time"
)

// What is kept for a time that no setting changes.
const (
	// DedupeDays is how long a message id is recognised: longer than the month
	// in which CM.com repeats a delivery. It keeps the promise that nothing is
	// answered twice.
	DedupeDays = 40
	// triesKept is how long wrong codes are counted.
	triesKept = max(TriesWithin, RequestTriesWithin)
)

// Retention is how many days each kind of data is kept; none (0) keeps the
// kind. Kinds says what each is and from when it counts.
type Retention struct {
	Texts          int `toml:"texts"`
	Requests       int `toml:"requests"`
	Bookings       int `toml:"bookings"`
	Imports        int `toml:"imports"`
	Contacts       int `toml:"contacts"`
	Consents       int `toml:"consents"`
	Audit          int `toml:"audit"`
	Notices        int `toml:"notices"`
	DestructionLog int `toml:"destruction_log"`
}

// DefaultRetention is what stands when nobody set anything. Five years for
// ended consents is the limitation of a claim (BW 3:310), ten for the log of
// what was destroyed is what the selection list for municipalities asks.
func DefaultRetention() Retention {
	return Retention{Texts: 28, Requests: 30, Bookings: 7, Imports: 90, Contacts: 365, Consents: 1826, Audit: 1096, Notices: 1096, DestructionLog: 3653}
}

// Words say something in both languages of the accountability documents.
type Words struct{ Dutch, English string }

// Kind is a kind of data: what it is, how long it is kept, and how the purge
// finds it. The same table is purged, counted, logged and told.
type Kind struct {
	Name   string // in the destruction log
	What   Words
	Days   int           // how long it is kept; or
	Within time.Duration // for what is kept for hours
	From   Words         // what the period is counted from, after "28 days "
	Until  Words         // in place of a period: what ends it
	Set    string        // where the period stands
	own    bool          // the row itself holds its end
	steps  []step
}

// setIn is where a municipality sets its periods.
const setIn = "[retention] "

// Configurable tells whether a setting holds the period.
func (k Kind) Configurable() bool { return strings.HasPrefix(k.Set, setIn) }

// before is the moment until which rows of this kind are past their time; the
// zero time when it is kept.
func (k Kind) before(now time.Time) time.Time {
	switch {
	case k.own:
		return now
	case k.Within > 0:
		return now.Add(-k.Within)
	case k.Days > 0:
		return now.AddDate(0, 0, -k.Days)
	}
	return time.Time{}
}

// ground is why a row of this kind is destroyed, for the destruction log.
func (k Kind) ground() string {
	switch {
	case k.Until.English != "":
		return "kept " + k.Until.English
	case k.Within > 0:
		return fmt.Sprintf("AVG art. 5(1)(e): kept %s", k.Within)
	}
	return fmt.Sprintf("AVG art. 5(1)(e): kept %s, %s", strings.TrimSpace(fmt.Sprintf("%d days %s", k.Days, k.From.English)), k.Set)
}

// step is a part of a kind: rows of one table.
type step struct {
	table, key string
	where      string        // $1 the moment before which a row is past its time, $2 the least id of that moment
	order      string        // the columns of the index that finds them
	set        string        // what is emptied of rows that stay; "" deletes them
	keys       string        // in place of where: gives keys that are past their time, a batch of them at %s
	daily      bool          // $1 is the number of a day
	later      time.Duration // how much later than the kind's the moment of this part lies
	first      string        // is run in the same transaction, with the moment
	walk       bool          // no index finds them: page by page along the key, and each under its own lock
	aged       bool          // of a walk: only rows whose id was made before the moment
	cut        string        // of a walk: is run before, with the key
}

// What nobody can read: its key was destroyed, by an erasure that a restored
// backup does not know of.
const (
	keylessResident = `(SELECT 1 FROM resident_key k WHERE k.resident_id = resident.id) IS NULL`
	keylessBooking  = `state <> 'cancelled' AND (SELECT 1 FROM booking_key k WHERE k.booking_id = booking.id) IS NULL`
	keylessRequest  = `(SELECT 1 FROM request_key k WHERE k.request_id = request.id) IS NULL`
	keylessHold     = `(SELECT 1 FROM hold_key k WHERE k.hold_id = legal_hold.id) IS NULL`
	cutBookings     = `UPDATE booking SET resident_id = NULL, key = NULL, last_key = NULL WHERE resident_id = $1`
)

// forgotten is a resident of whom nothing is left but how to reach them.
// window_until is a day after they last wrote.
const forgotten = `closed_at IS NULL AND due IS NULL AND token IS NULL AND window_until < $1
	AND (SELECT 1 FROM subscription s WHERE s.resident_id = resident.id LIMIT 1) IS NULL
	AND (SELECT 1 FROM pending p WHERE p.resident_id = resident.id LIMIT 1) IS NULL
	AND (SELECT 1 FROM booking b WHERE b.resident_id = resident.id AND b.state <> 'cancelled' LIMIT 1) IS NULL
	AND (SELECT 1 FROM request q WHERE q.resident_id = resident.id AND q.handled_at IS NULL LIMIT 1) IS NULL
	AND (SELECT 1 FROM legal_hold h WHERE h.resident_id = resident.id LIMIT 1) IS NULL
	AND (SELECT 1 FROM inbox i WHERE i.resident_id = resident.id AND i.state = 'open' LIMIT 1) IS NULL
	AND (SELECT 1 FROM outbox o WHERE o.resident_id = resident.id AND o.state IN ('waiting', 'claimed') LIMIT 1) IS NULL`

// endedPush is a notice that was rehearsed, and is of no use any more if it was sent.
const endedPush = `COALESCE((SELECT u.useless_after FROM run u WHERE u.id = push.run_id), rehearsed_at) < $1`

// endedConsents gives, for a batch of old withdrawals, the lines of what they
// ended, themselves included. The evidence of a subscription that stands is
// never among them.
const endedConsents = `SELECT l.id FROM (SELECT id, pseudonym, topic, subscription, at FROM consent WHERE NOT given AND at < $1 ORDER BY at LIMIT %s) w
	JOIN consent l ON l.pseudonym = w.pseudonym AND l.topic = w.topic
	WHERE (l.id = w.id OR l.at <= w.at AND (w.subscription IS NULL OR l.subscription = w.subscription))
	AND (SELECT 1 FROM subscription s WHERE s.id = l.subscription) IS NULL`

// Kinds is the retention table.
func (r Retention) Kinds() []Kind {
	return []Kind{
		{Name: "texts", Days: r.Texts, Set: setIn + "texts",
			What: Words{"Berichten van bewoners, antwoorden aan hen en berichten waarvoor zij zich aanmeldden", "Messages of residents, answers to them and notifications that they signed up for"},
			steps: []step{
				{table: "inbox", key: "id", where: `id < $2 AND state <> 'open' AND accepted_at < $1`, order: "id"},
				{table: "outbox", key: "id", where: `id < $2 AND state NOT IN ('waiting', 'claimed') AND created_at < $1`, order: "id"},
				{table: "intent", key: "key", where: `at < $1`, order: "at"}}},
		{Name: "requests", Days: r.Requests, Set: setIn + "requests",
			What:  Words{"Wat bewoners indienden en is afgehandeld", "What residents handed in and was handled"},
			From:  Words{"nadat het is afgehandeld; wat open is, blijft", "after it was handled; what is open stays"},
			steps: []step{{table: "request", key: "id", where: `handled_at < $1`, order: "handled_at, id"}}},
		{Name: "bookings", Days: r.Bookings, Set: setIn + "bookings",
			What: Words{"Afspraken", "Appointments"}, From: Words{"na de afspraak", "after the appointment"},
			steps: []step{{table: "booking", key: "id", where: `starts_at < $1 AND ends_at < $1`, order: "starts_at"}}},
		{Name: "places_held", own: true, Set: "bot.Hold",
			What:  Words{"Een plaats die voor een afspraak is vastgehouden", "A place that is held for an appointment"},
			Until: Words{"tot de afspraak is gemaakt of de tijd daarvoor om is", "until the appointment is made or the time for it is over"},
			steps: []step{{table: "booking", key: "id", where: `state = 'held' AND hold_until <= $1`, order: "hold_until"}}},
		{Name: "imports", Days: r.Imports, Set: setIn + "imports",
			What:  Words{"Aanmeldingen van elders die op een ja van de bewoner wachten", "Sign-ups from elsewhere that wait for the resident's yes"},
			steps: []step{{table: "pending", key: "id", where: `brought_at < $1`, order: "brought_at"}}},
		{Name: "contacts", Days: r.Contacts, Set: setIn + "contacts",
			What: Words{"Telefoonnummer, WhatsApp-id en taal", "Phone number, WhatsApp id and language"},
			From: Words{"na het laatste bericht, als er geen aanmelding, afspraak of open verzoek meer is; of tot STOP",
				"after the last message, when no subscription, appointment or open request is left; or until STOP"},
			steps: []step{{table: "resident", key: "id", where: forgotten, later: windowOpen, walk: true, aged: true, cut: cutBookings}}},
		{Name: "consents", Days: r.Consents, Set: setIn + "consents",
			What: Words{"Het toestemmingsboek: welke woorden, wanneer, ja of nee, en het bewijs van wissing", "The consent ledger: which words, when, yes or no, and the receipt of an erasure"},
			From: Words{"na de intrekking of de wissing, onder een willekeurig pseudoniem; zolang de toestemming loopt, blijft het", "after the withdrawal or the erasure, under a random pseudonym; it stays while the consent does"},
			steps: []step{
				{table: "consent", key: "id", keys: endedConsents},
				{table: "receipt", key: "hash", where: `erased_at < $1`, order: "erased_at"}}},
		{Name: "audit", Days: r.Audit, Set: setIn + "audit",
			What:  Words{"Wie gegevens van bewoners inzag", "Who looked into residents' data"},
			steps: []step{{table: "audit", key: "id", where: `at < $1`, order: "at", first: `UPDATE installation SET audit_until = $1`}}},
		{Name: "notices", Days: r.Notices, Set: setIn + "notices",
			What: Words{"Welke collega een bericht schreef, proefdraaide, goedkeurde, verstuurde, stilzette of introk", "Which colleague wrote, rehearsed, approved, sent, paused or withdrew a notice"},
			From: Words{"nadat het voorbij is; de aantallen per bericht, zonder namen, blijven", "after it was over; the numbers of each notification, without names, stay"},
			steps: []step{
				{table: "push", key: "id", where: endedPush, walk: true},
				{table: "run", key: "id", where: `done_at < $1 AND reason <> ''`, walk: true, set: `reason = ''`}}},
		{Name: "legal_holds", own: true, Set: "legal_hold.until",
			What:  Words{"Een gesprek dat om een juridische reden wordt bewaard", "A conversation that is kept for a legal reason"},
			Until: Words{"tot de einddatum die erbij staat", "until the end date that stands with it"},
			steps: []step{{table: "legal_hold", key: "id", where: `until <= $1`, order: "until"}}},
		{Name: "export_links", own: true, Set: "export_link.expires_at",
			What:  Words{"Links naar de eigen gegevens", "Links to one's own data"},
			Until: Words{"tot de link is verlopen", "until the link has expired"},
			steps: []step{{table: "export_link", key: "hash", where: `expires_at <= $1`, order: "expires_at"}}},
		{Name: "farewells", own: true, Within: FarewellUseful, Set: "store.FarewellUseful",
			What: Words{"Het laatste bericht na STOP, met het adres", "The farewell after STOP, with its address"},
			steps: []step{{table: "outbox", key: "id", order: "useless_after",
				where: `reason = 'farewell' AND useless_after <= $1 AND (state <> 'claimed' OR lease_until <= $1)`}}},
		{Name: "message_ids", Days: DedupeDays, Set: "store.DedupeDays",
			What:  Words{"Hashes die een herhaalde bezorging herkennen", "Hashes that recognise a repeated delivery"},
			steps: []step{{table: "dedupe", key: "hash", where: `day < $1`, order: "day", daily: true}}},
		{Name: "marks", Days: DedupeDays, Set: "store.Purge",
			What: Words{"Het merkteken dat wie STOP zei niet meer benaderd wordt, en dat een intrekking niet door een oudere aanmelding van elders vervalt (een hash)",
				"The mark that who said STOP is not approached again, and that no older sign-up from elsewhere overrules a withdrawal (a hash)"},
			Until: Words{"tot de bewoner zelf weer ja zegt; dat van een intrekking blijft", "until the resident says yes again; that of a withdrawal stays"},
			steps: []step{
				{table: "suppression", key: "mark_hash", where: `drop_before < $1`, order: "drop_before", set: `drop_before = NULL`},
				{table: "suppression", key: "mark_hash", where: `day IS NULL AND drop_before IS NULL`, order: "mark_hash"}}},
		{Name: "wrong_codes", Within: triesKept, Set: "store.TriesWithin, store.RequestTriesWithin",
			What: Words{"Foute codes, als telling", "Wrong codes, as a count"},
			steps: []step{
				{table: "booking_try", key: "id", where: `at <= $1`, order: "at"},
				{table: "request_try", key: "resident_id", where: `at <= $1`, order: "at"}}},
		{Name: "unreadable", own: true, Set: "store.Purge",
			What:  Words{"Wat een teruggezette reservekopie bevat van wie sindsdien is gewist", "What a restored backup holds of who was erased since"},
			Until: Words{"niet: de sleutel is gewist", "not at all: its key was destroyed"},
			steps: []step{
				{table: "resident", key: "id", where: keylessResident, walk: true, cut: cutBookings},
				{table: "booking", key: "id", where: keylessBooking, walk: true},
				{table: "request", key: "id", where: keylessRequest, walk: true},
				{table: "legal_hold", key: "id", where: keylessHold, walk: true}}},
		{Name: "destruction_log", Days: r.DestructionLog, Set: setIn + "destruction_log",
			What:  Words{"Het logboek van wat is gewist, in aantallen", "The log of what was destroyed, in numbers"},
			steps: []step{{table: "destruction", key: "id", where: `at < $1`, order: "at"}}},
	}
}
