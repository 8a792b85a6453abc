// Package privacy is what a privacy officer reads: what is taken out of a
// message before anything else sees it, what no text may ask for, which words
// are acted on at the door, and how a resident who said STOP is erased. It
// keeps nothing itself, writes no log and counts nobody.
//
// # The door in
//
// Every message of a resident passes [Door.Enter], in memory, before the
// database, a log, a metric, a colleague or a service sees it. The door has no
// memory of its own and does not know what was asked: the same words are
// treated the same in every conversation. It does three things, in this order.
//
// First it looks for words of a crisis, in the languages and with the answers
// that the municipality's editors reviewed (flows/bode.toml). This comes before
// all else, because no rule of ours is worth more than a life: a crisis in the
// same message as a BSN, or as the word stop, is a crisis. What is kept is the
// name of the crisis ("zelfdoding") and the time, so that the right answer can
// go out. The text, the button and the location are not kept, not even masked:
// nobody needs them for the answer, and nobody reads this chat live. Phrases
// count as whole words, so that "zelfmoordterrorist in het nieuws" and
// "112-melding" pass. In phrases of ten letters or more a typing error is
// forgiven; in shorter ones it would make another sentence. A phrase without
// letters is no crisis: 113 is also a house number. When in doubt the door
// rather answers a crisis that was none.
//
// Then it masks. A BSN, IBAN, payment card, number of an identity document or
// DigiD credential is replaced by its name: "[bsn]", "[iban]", "[kaart]",
// "[document]", "[digid]". This goes for the text and for everything else that
// comes with it: the id and title of a button, the caption of a picture, the
// name and address of a place. Only what the platform itself made (the sender,
// the ids of messages, the time) is left as it is, because an answer could not
// arrive without it; the store seals that. The kinds that were found are noted,
// never the numbers, so that the resident can be thanked and told why.
//
// Last it looks for STOP. STOP erases everything, at once and for good, so the
// whole message has to say it: one stop word, repeated or with courtesy ("stop
// aub"), in any language whatever was chosen, however it is spelled ("STOPPP!!",
// "s.t.o.p"). The stop words of eight languages are built in; editors can add
// to them and not take away. A longer sentence ("stop afval", "ik wil mijn
// afspraak stopzetten"), a question ("stop?"), a caption under a picture and a
// message from which something was masked are not STOP: the conversation then
// asks what should stop. "annuleren" only leaves a conversation. STOP in the
// title of a button counts, and so does an earlier message that was changed
// into it.
//
// # What the mask knows, and what it does not
//
// A number is judged by its check digit, not by its looks: the 11-test for a
// BSN, modulo 97 and the country's form for an IBAN, Luhn and the issuer's
// prefix for a card. It may be written in groups, over lines, in full width or
// in the digits of any script, with invisible characters in it, glued to words
// or inside an address of a page. Package privacytest holds over a hundred ways
// to write each, and a test that all of them are masked in every field. Nine digits in one piece that pass the
// 11-test are always taken for a BSN: one in eleven numbers of nine digits that
// are none is masked too, which is why our own codes contain letters. Eight
// digits are a BSN only where the words around say so. The number of a passport
// or driving licence has no check digit that the world can test, so it is masked only
// where the words around speak of such a document. Where DigiD is mentioned,
// what follows "wachtwoord", "gebruikersnaam" or "code" is masked when it looks
// like one, and so is every word that fulfils DigiD's rules for a password.
//
// Phone numbers, dates, postcodes, house numbers, amounts, meter readings, KvK
// numbers and file numbers pass; they are recognised first. Once a row of
// figures holds one identifier, everything in that row that passes a test is
// masked: who gives one number often gives two.
//
// It does not find: numbers written out in words, or with letters for digits
// (O for 0); a BSN or IBAN with a typing error in it, which is nobody's; a BSN
// behind a euro sign, written as a phone number with a country code, or in two
// parts that read as a year's file number or a decimal; a foreign identity
// number; what stands in a picture, which is never downloaded. Names,
// addresses and phone numbers are not masked: the service is about them. They
// are sealed by the store instead.
//
// # The guard out
//
// [Asks] tells whether a text asks for any of these. It judges every text of a
// bundle when it is loaded and every reply once more, whole, at the one door
// out ([AsksIn]: a text and its buttons together can ask what neither asks
// alone), so that neither an editor, a translation, a service nor a colleague
// can. It works in Dutch, English, German, French, Turkish, Polish, Ukrainian
// and Arabic, by tables of words and not by understanding: a text passes that
// names no identifier, or warns ("stuur nooit uw BSN"), or speaks of bringing it
// along, or plainly states something ("uw BSN staat op uw paspoort"). Whatever
// else names one asks. So it refuses when in doubt, and an editor then has to
// say it otherwise. What it cannot see is a question that names nothing ("wat
// staat er op regel drie van uw pas?"), and one in another language. Of
// sentences that nobody had thought of it refused 40 of 42 that asked and let
// 42 of 42 others pass; the sentences are in testdata, the numbers in the test.
//
// [MatchesIdentifier] keeps a question for a reference from accepting one.
//
// [Advertises] refuses what sells, presses, promises a prize or campaigns, in
// what is sent unasked: notifications, notices, and what a resident consents
// to. It is a list of words that was reviewed by hand, with the reason to show.
// The price of a service may be named, and so may the day of an election.
//
// # What it costs
//
// The scanners here are our own; no regular expression stands at either door.
// Their steps are counted, not timed, at one length and at twice it: the work
// grows with the text and never faster. The whole guard of a message costs less
// than half of the engine's turn about it (BenchmarkGuard).
//
// # The way out
//
// [Eraser] carries out what STOP began, as soon as nothing is on its way to
// the resident any more.
package privacy
