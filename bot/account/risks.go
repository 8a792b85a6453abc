package account

// risk is what could go wrong for residents, what in the product answers it,
// and the tests that fail when that breaks. A test of this package holds that
// each of those tests exists.
type risk struct {
	Risk, Measure Both
	Tests         []string
}

func risks() []risk {
	return []risk{
		{Both{"Een bewoner stuurt een BSN, rekening-, kaart- of documentnummer of DigiD-gegevens", "A resident sends a BSN, an account, card or document number or DigiD data"},
			Both{"Het wordt in het geheugen onleesbaar gemaakt, voordat iets het bewaart, telt of doorgeeft", "It is masked in memory, before anything stores, counts or passes it on"},
			[]string{"TestMask_corpus", "TestDoor_masksEveryField", "TestServe_nothingOfAResidentStandsInClearInFilesLogsOrMetrics"}},
		{Both{"Een tekst vraagt om zulke gegevens", "A text asks for such data"},
			Both{"De tekst wordt geweigerd als hij wordt geladen, in elke taal, ook in waarschuwingen en gedeelde zinnen, en nog eens voor het versturen", "The text is refused when it is loaded, in every language, also in notices and shared sentences, and once more before it is sent"},
			[]string{"TestAsks", "TestMatchesIdentifier", "TestCheck_judgesConsentAndSharedTexts"}},
		{Both{"Iemand krijgt de database of een back-up in handen", "Somebody gets hold of the database or a backup"},
			Both{"Alles is verzegeld met een sleutel per bewoner; de sleutels die dat openen staan er niet bij", "All is sealed with a key per resident; the keys that open it are not there"},
			[]string{"TestSeal_aValueMovedToAnotherRowDoesNotOpen", "TestServe_nothingOfAResidentStandsInClearInFilesLogsOrMetrics", "TestPurge_residentsOfARestoredBackupWithoutAKeyGo"}},
		{Both{"Gegevens staan in logboeken of metingen", "Data stands in logs or metrics"},
			Both{"Het type van zulke gegevens laat zich niet afdrukken", "The type of such data refuses to print"},
			[]string{"TestPrivate_neverPrintsItsText", "TestPrivate_staysOutOfLogsAndJSON"}},
		{Both{"Een bericht zonder toestemming", "A message without consent"},
			Both{"De opdracht die een bericht uit de wachtrij haalt, kijkt zelf of de toestemming er nog is; alleen een duidelijk ja geeft die", "The statement that takes a message from the queue looks itself whether the consent still stands; only a plain yes gives it"},
			[]string{"TestClaimSends_looksAtTheConsentInTheStatementThatClaims", "TestDialogue_consentNeedsAnExplicitYes", "TestUnderstand_onlyAPlainYesAgreesOrBooks"}},
		{Both{"STOP werkt niet, te laat of half", "STOP does not work, too late or by half"},
			Both{"STOP geldt vanaf de transactie die het aanneemt; daarna wordt alles gewist, de sleutel ook", "STOP holds from the transaction that accepts it; then everything is erased, the key included"},
			[]string{"TestDoor_stopIsTheWholeMessage", "TestStop_atAnyMomentNothingIsClaimedAfterItAndNothingIsLeft", "TestErase_leavesTheLedgerUnderAPseudonymAndNothingElse", "TestErase_thenPurgeLeavesNoByteOfTheKey"}},
		{Both{"Gegevens blijven langer dan nodig", "Data stays longer than needed"},
			Both{"Een taak vernietigt elk uur wat over zijn tijd is", "A job destroys every hour what is past its time"},
			[]string{"TestPurge_destroysTextsAfterTheirTimeAndKeepsWhatIsOpen", "TestPurge_destroysHandledRequestsAfterTheirTimeAndKeepsOpenOnes", "TestAgenda_purgeForgetsAWeekAfterTheAppointment", "TestPurge_forgetsMessageIDsAfterFortyDaysAndNotBefore"}},
		{Both{"Een ander raadt een code, of krijgt een oud telefoonnummer", "Somebody else guesses a code, or gets an old phone number"},
			Both{"Vijf foute codes per uur en niet meer; een bekend nummer met een ander WhatsApp-account is een nieuw mens", "Five wrong codes an hour and no more; a known number with another WhatsApp account is a new person"},
			[]string{"TestAgenda_fiveWrongCodesAnHourAndNoMore", "TestRequestByCode_triesAtTheSameMomentCountToo", "TestContact_aKnownPhoneWithAnotherUserIDIsANewPerson"}},
		{Both{"Een mens in nood krijgt een gewoon antwoord", "A person in distress gets an ordinary answer"},
			Both{"Vaste, nagekeken antwoorden gaan voor alles; alleen de soort nood blijft bewaard", "Fixed, reviewed answers come before all else; only the kind of distress is kept"},
			[]string{"TestDialogue_crisisGivesTheFixedAnswerAndNothingElse", "TestDoor_crisisKeepsItsKindOnly"}},
		{Both{"De assistent zegt iets verzonnens, of iemand zit vast zonder mens", "The assistant makes something up, or somebody is stuck without a person"},
			Both{"Er is geen taalmodel; elke fout in een flow wordt gevonden voordat hij live gaat; \"medewerker\" werkt overal", "There is no language model; each fault of a flow is found before it goes live; \"medewerker\" works everywhere"},
			[]string{"TestPlanted_eachMistakeIsFoundAtItsPlace", "TestDialogue_aPersonIsAlwaysNear"}},
		{Both{"Een bezwaar, klacht of aanvraag raakt zoek in de chat", "An objection, complaint or application is lost in the chat"},
			Both{"De assistent zegt dat het niet is ingediend, en waar dat wel kan (Awb 2.3)", "The assistant says that it was not filed, and where it can be (Awb 2.3)"},
			[]string{"TestDialogue_formalMessagesAreHandedInElsewhere"}},
		{Both{"Een foto of document met gegevens die niet nodig zijn", "A photo or document with data that is not needed"},
			Both{"Beelden en documenten worden nooit opgehaald", "Pictures and documents are never downloaded"},
			[]string{"TestDialogue_picturesAndVoices"}},
		{Both{"Iemand doet zich voor als WhatsApp", "Somebody poses as WhatsApp"},
			Both{"Elk bericht wordt gecontroleerd op zijn handtekening, over de bytes zoals ze kwamen", "Each message is checked for its signature, over the bytes as they came"},
			[]string{"TestWebhook_unsigned", "TestWebhook_aProviderSignsWithItsOwnHeader"}},
	}
}
