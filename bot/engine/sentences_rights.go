package engine

// What is said about consent that the engine asks for by itself, and about the
// rights of a resident.
const (
	sayConsentWaiting    = "engine.subscribe.waiting"
	sayConsentAgain      = "engine.subscribe.again"
	sayConsentKept       = "engine.subscribe.kept"
	sayConsentNot        = "engine.subscribe.not"
	sayUnsubscribeOne    = "engine.unsubscribe.single"
	sayStoppedEach       = "engine.stop.topic_each"
	sayDataFound         = "engine.rights.found"
	sayDataNone          = "engine.rights.none"
	sayDataFailed        = "engine.rights.failed"
	sayDataEmpty         = "engine.rights.empty"
	sayDataMore          = "engine.rights.more"
	sayDataTyped         = "engine.rights.typed"
	sayDataMessages      = "engine.rights.messages"
	sayDataContact       = "engine.rights.contact"
	sayDataRemembered    = "engine.rights.remembered"
	sayDataSubscriptions = "engine.rights.subscriptions"
	sayDataAppointments  = "engine.rights.appointments"
	sayDataRequests      = "engine.rights.requests"
	sayDataAgain         = "engine.rights.again"
	sayDataExport        = "engine.rights.export"
	sayDataErase         = "engine.rights.erase"
	sayDataOn            = "engine.rights.on"
	sayExportReady       = "engine.export.ready"
	sayExportLink        = "engine.export.link"
	sayExportFailed      = "engine.export.failed"
	sayEraseAsk          = "engine.erase.ask"
	sayEraseYes          = "engine.erase.yes"
	sayEraseNo           = "engine.erase.no"
	sayFarewellHold      = "engine.farewell.hold"
	wordsErase           = "engine.words.erase"
	wordsExport          = "engine.words.export"
)

// rightsSentences lists them.
func rightsSentences() []string {
	return []string{
		sayConsentWaiting, sayConsentAgain, sayConsentKept, sayConsentNot, sayUnsubscribeOne, sayStoppedEach,
		sayDataFound, sayDataNone, sayDataFailed, sayDataEmpty, sayDataMore, sayDataTyped,
		sayDataMessages, sayDataContact, sayDataRemembered, sayDataSubscriptions, sayDataAppointments, sayDataRequests,
		sayDataAgain, sayDataExport, sayDataErase, sayDataOn, sayExportReady, sayExportLink,
		sayExportFailed, sayEraseAsk, sayEraseYes, sayEraseNo, sayFarewellHold, wordsErase,
		wordsExport,
	}
}
