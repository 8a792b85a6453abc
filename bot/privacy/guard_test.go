package privacy

import "testing"

// asking are texts that must never go out. They come from what editors and
// colleagues write when they forget the rule, and from ways around it.
var asking = map[string][]string{
	"nl": {
		"Wat is uw BSN?", "Wat is uw burgerservicenummer?", "Geef uw BSN.", "Stuur ons uw BSN", "Typ hier uw BSN", "Vul uw BSN in", "Voer uw burgerservicenummer in:",
		"BSN:", "Uw BSN?", "BSN (9 cijfers)", "En uw BSN?", "Uw burgerservicenummer graag", "Graag uw BSN.", "Mag ik uw BSN?", "Mogen wij uw BSN noteren?",
		"Kunt u uw BSN doorgeven?", "Wilt u uw BSN invullen?", "Zou u uw BSN willen geven?", "U moet uw BSN doorgeven.", "Wij hebben uw BSN nodig.", "Ik heb uw BSN nodig om verder te gaan",
		"Wij vragen u om uw BSN", "Vergeet niet uw BSN te sturen", "Geef niet alleen uw naam, maar ook uw BSN", "Geen zorgen, geef gewoon uw BSN", "Stuur uw naam, adres en BSN",
		"Stuur ons:\n- uw naam\n- uw BSN", "Wat is het BSN van uw kind?", "U hoeft alleen uw BSN in te vullen", "Typ uw BSN zonder spaties", "Wat is uw b.s.n.?", "Uw B S N graag",
		"Neem uw paspoort mee en stuur uw BSN", "Stuur uw BSN, anders kunnen wij u niet helpen", "Heeft u uw BSN bij de hand?", "Hoe luidt uw burgerservicenummer?", "Noem uw sofinummer",
		"Wat is uw rekeningnummer?", "Op welk rekeningnummer wilt u het geld ontvangen?", "Op welke rekening mogen wij het storten?", "Geef uw IBAN door", "Stuur uw bankgegevens",
		"Wat is uw IBAN?", "Kunt u uw bankrekeningnummer appen?", "Vul uw IBAN-nummer in", "Laat ons uw rekeningnummer weten", "IBAN", "Uw nieuwe rekeningnummer graag",
		"Wat is uw creditcardnummer?", "Geef uw kaartnummer en de CVC-code", "Typ uw pincode", "Stuur het nummer van uw bankpas",
		"Wat is uw paspoortnummer?", "Geef het nummer van uw identiteitskaart", "Vul uw documentnummer in", "Stuur een foto van uw paspoort", "Stuur ons een kopie van uw rijbewijs",
		"Wat is uw rijbewijsnummer?", "Kunt u een scan van uw identiteitsbewijs sturen?", "Upload een foto van uw id-kaart",
		"Wat is uw DigiD-wachtwoord?", "Geef uw DigiD gebruikersnaam", "Geef uw DigiD", "Stuur uw DigiD-gegevens", "Vul het wachtwoord van uw DigiD in", "Typ de code van uw DigiD-app",
		"Wij hebben nog iets van u nodig. Uw BSN.", "Beste {{.naam}}, wat is uw BSN?", "Om u te helpen: wat is uw BSN", "Wat is uw burgerservice-nummer?", "Wat is uw burger-servicenummer?",
		"Geef het nummer van negen cijfers op uw paspoort.", "Wat staat er achter op uw ID-kaart bij 'BSN'?", "Geef uw Digi D gebruikersnaam", "Typ het v-nummer van uw kind.", "uw bsn aub", "BSN a.u.b.", "Uw BSN, kunt u die doorgeven?",
	},
	"en": {
		"What is your BSN?", "What's your citizen service number?", "Please send us your BSN", "Enter your BSN", "Please provide your social security number", "Your BSN?", "BSN number:",
		"Can you give me your BSN?", "Could you share your BSN?", "We need your BSN", "I need your BSN to continue", "May I have your BSN?", "Don't forget to send your BSN",
		"Send not only your name but also your BSN", "No worries, just type your BSN", "Send your name, address and BSN", "What is the BSN of your child?", "You must enter your BSN",
		"What is your bank account number?", "Send your bank details", "Which account number should we use?", "Please type your IBAN", "Tell us your IBAN", "Could you confirm your account number?",
		"What is your credit card number?", "Enter the card number and security code", "Type your PIN code", "Give us your debit card number",
		"What is your passport number?", "Please enter your document number", "Send a photo of your passport", "Send us a copy of your driving licence", "What is the number of your identity card?",
		"Upload a scan of your ID", "What is your driving licence number?", "What is your DigiD password?", "Send your DigiD username", "Share your DigiD credentials", "Enter your DigiD",
		"Please reply with your BSN", "Bring your passport and send us your BSN", "Your BSN, please.", "One more thing: your IBAN",
	},
	"de": {
		"Wie lautet Ihre BSN?", "Bitte senden Sie uns Ihre BSN", "Geben Sie Ihre Kontonummer ein", "Was ist Ihre IBAN?", "Können Sie Ihre Bankverbindung angeben?", "Nennen Sie Ihre Passnummer",
		"Wir benötigen Ihre Kreditkartennummer", "Schicken Sie ein Foto Ihres Ausweises: die Ausweisnummer", "Teilen Sie uns Ihre Bankdaten mit", "Bitte Ihre IBAN", "Geben Sie Ihr DigiD-Passwort ein",
	},
	"fr": {
		"Quel est votre BSN ?", "Donnez votre numéro de compte", "Envoyez votre IBAN", "Veuillez saisir votre numéro de passeport", "Pouvez-vous nous communiquer votre numéro de carte ?",
		"Indiquez vos coordonnées bancaires", "Nous avons besoin de votre BSN", "Quel est votre numéro de carte d'identité ?", "Votre IBAN ?", "Envoyez une photo de votre passeport", "Donnez le mot de passe de votre DigiD",
	},
	"tr": {
		"BSN numaranız nedir?", "Lütfen BSN numaranızı gönderin", "IBAN numaranızı yazın", "Hesap numaranızı girin", "Pasaport numaranız nedir?", "Kredi kartı numaranızı paylaşın",
		"Kimlik numaranızı bildirin", "Ehliyet numaranızı yazınız", "Banka bilgilerinizi verir misiniz?", "DigiD şifrenizi girin",
	},
	"pl": {
		"Jaki jest Pana numer BSN?", "Podaj numer konta", "Proszę podać numer paszportu", "Wpisz swój IBAN", "Wyślij numer karty", "Proszę o numer dowodu", "Potrzebujemy numer rachunku",
		"Wyślij zdjęcie paszportu", "Czy może Pan podać BSN?", "Podaj hasło do DigiD",
	},
	"uk": {
		"Який ваш BSN?", "Надішліть ваш BSN", "Введіть номер рахунку", "Вкажіть номер паспорта", "Напишіть номер картки", "Чи можете надіслати IBAN?", "Нам потрібен ваш BSN",
		"Надішліть фото паспорта", "Повідомте банківські дані", "Введіть пароль від DigiD",
	},
	"ar": {
		"ما هو رقم خدمة المواطن؟", "أرسل رقم الحساب", "اكتب رقم جواز السفر", "أدخل IBAN", "ما هو رقم بطاقتك؟", "يرجى إرسال رقم الهوية", "نحتاج BSN", "أرسل صورة جواز السفر",
		"أعطنا رقم حسابك", "هل يمكنك إرسال BSN؟", "أدخل كلمة مرور DigiD",
	},
}

// passing are texts that a municipality has to be able to send.
var passing = map[string][]string{
	"nl": {
		"Stuur nooit uw BSN.", "Stuur nooit uw BSN of bankgegevens.", "Geef nooit uw DigiD-wachtwoord aan iemand.", "U hoeft uw BSN niet te geven.", "Wij vragen nooit om uw BSN.",
		"Wij vragen u niet om uw rekeningnummer", "Deel uw pincode nooit.", "Deel dit nooit met anderen: uw wachtwoord, uw BSN en uw pincode", "Typ hier geen BSN.", "Stuur geen kopie van uw paspoort",
		"Stuur geen foto van uw paspoort, wij mogen die niet bewaren", "Wij hebben uw BSN niet nodig", "Uw BSN is niet nodig", "Niemand van de gemeente vraagt om uw pincode",
		"Neem uw paspoort mee.", "Uw paspoort meenemen", "Neem een kopie van uw paspoort mee naar de balie", "Neem uw bankpas mee", "Neem uw BSN mee naar de afspraak", "Breng uw identiteitskaart mee",
		"De BSN staat op de achterkant.", "Het BSN staat op uw paspoort", "Op uw loonstrook staat uw BSN", "Wat is een BSN?", "Waar vind ik mijn BSN?", "Waarom vragen wij om een BSN?",
		"Wat is uw postcode en huisnummer?", "Wat is uw naam?", "Stuur uw vraag.", "Vul uw postcode in", "Wat is uw telefoonnummer?", "Hoe oud bent u?", "Wanneer verloopt uw paspoort?",
		"Is uw paspoort verlopen?", "Is uw rijbewijs gestolen?", "Kies een dag", "Log in met DigiD op de website.", "Vraag het aan met uw DigiD", "Heeft u DigiD?", "Inloggen met DigiD",
		"U heeft DigiD nodig", "DigiD aanvragen", "Rekeningnummer wijzigen", "Ik wil mijn rekeningnummer wijzigen", "Mijn BSN is kwijt", "Mijn rijbewijsnummer is veranderd", "Ons rekeningnummer is NL91ABNA0417164300",
		"U kunt uw rekeningnummer wijzigen op de website", "Maak het bedrag over op rekeningnummer NL91ABNA0417164300", "In uw bericht stond een BSN. Dat hebben wij weggehaald.",
		"Wij hebben uw BSN uit het bericht verwijderd", "U ontvangt een brief met uw BSN", "Wij bewaren uw BSN niet", "Een nieuwe pincode krijgt u thuis", "Geef uw paspoort aan de balie",
		"Geef uw BSN aan de balie", "Als iemand om uw BSN vraagt, is dat niet de gemeente", "Uw BSN of bankgegevens hoeft u hier niet te geven", "Een paspoort kost € 86,85. Neem een pasfoto mee.",
		"Goedendag. Dit is de automatische assistent van Voorbeeldstad. Stuur nooit uw BSN of bankgegevens.", "Paspoort of ID-kaart?", "Waar gaat het over? Paspoort, rijbewijs of afval",
		"Klopt uw rekeningnummer nog?", "Wat is er mis met uw rekeningnummer?", "", "👍", "Stuur uw locatie", "Wilt u uw rijbewijs verlengen?",
		"Stuur een foto van het afval", "Wij zien uw BSN nergens", "Met uw BSN kunt u inloggen bij MijnOverheid", "Zonder BSN helpen wij u ook", "Hou uw DigiD-code voor uzelf",
	},
	"en": {
		"Never send your BSN.", "Never share your bank details with anyone.", "You do not need to give your BSN.", "Don't send us your passport number", "We will never ask for your DigiD password",
		"We don't need your BSN", "Please do not send a photo of your passport", "There is no need to send your IBAN", "Bring your passport.", "Please bring your passport and a photo", "Take your passport with you",
		"The BSN is on the back.", "Your BSN is printed on your passport", "What is a BSN?", "Where can I find my BSN?", "Why do we ask for a BSN?", "What is your postcode?", "What is your phone number?",
		"When does your passport expire?", "Has your driving licence been stolen?", "Log in with DigiD on the website", "You need DigiD for this", "Do you have DigiD?", "Change my account number", "My BSN has changed",
		"Our account number is NL91ABNA0417164300", "We removed a BSN from your message", "You will get a letter with your BSN", "Nobody from the municipality asks for your PIN code", "Hand in your passport at the desk",
		"If someone asks for your BSN, it is not us", "Send your question", "Send a photo of the waste", "Passport or ID card?", "Choose a day", "A passport costs 86.85 euros", "You can change your account number on the website",
		"Please send us your location", "Without a BSN we can help you too", "We cannot see your BSN",
	},
	"de": {
		"Senden Sie niemals Ihre BSN.", "Wir fragen nie nach Ihrer Kontonummer.", "Sie müssen Ihre BSN nicht angeben.", "Bringen Sie Ihren Reisepass mit.", "Die BSN steht auf der Rückseite.",
		"Was ist eine BSN?", "Wie lautet Ihre Postleitzahl?", "Senden Sie keine Kopie Ihres Ausweises", "Melden Sie sich mit DigiD an", "Ich möchte meine Kontonummer ändern",
	},
	"fr": {
		"N'envoyez jamais votre BSN.", "Nous ne demandons pas votre numéro de compte.", "Apportez votre passeport.", "Le BSN se trouve au dos.", "Qu'est-ce que le BSN ?", "Quel est votre code postal ?",
		"Vous ne devez pas donner votre IBAN", "Connectez-vous avec DigiD", "Je veux changer mon numéro de compte", "Votre passeport est-il périmé ?",
	},
	"tr": {
		"BSN numaranızı asla göndermeyin.", "IBAN numaranızı paylaşmayın.", "Pasaportunuzu getirin.", "BSN arkasında yazılıdır.", "Posta kodunuz nedir?", "Banka bilgilerinizi istemiyoruz", "BSN gerekmez",
		"DigiD ile giriş yapın", "Pasaportunuz ne zaman bitiyor?", "Şifrenizi kimseye vermeyin",
	},
	"pl": {
		"Nigdy nie wysyłaj numeru BSN.", "Nie podawaj numeru konta.", "Zabierz paszport.", "BSN jest na odwrocie.", "Co to jest BSN?", "Jaki jest kod pocztowy?", "Zaloguj się przez DigiD",
		"Nie musisz podać numeru paszportu", "Zmień mój numer konta", "Nikt nie poprosi o hasło do DigiD",
	},
	"uk": {
		"Ніколи не надсилайте BSN.", "Не повідомляйте номер рахунку.", "Візьміть паспорт.", "BSN вказано на звороті.", "Що таке BSN?", "Який ваш поштовий індекс?", "Увійдіть через DigiD",
		"Ми не просимо номер паспорта", "Змінити мій номер рахунку", "Не надсилайте фото паспорта",
	},
	"ar": {
		"لا ترسل رقم خدمة المواطن أبدا.", "لا تشارك رقم الحساب.", "أحضر جواز السفر.", "رقم BSN موجود على ظهر البطاقة", "ما هو الرمز البريدي؟", "لن نطلب رقم بطاقتك", "سجل الدخول عبر DigiD",
		"لماذا نحتاج BSN؟", "أريد تغيير رقمي", "لا نحتاج IBAN",
	},
}

func TestAsks(t *testing.T) {
	for language, texts := range asking {
		for _, text := range texts {
			if found, asks := Asks(text); !asks || found == "" {
				t.Errorf("%s: %q goes out", language, text)
			}
		}
	}
	for language, texts := range passing {
		for _, text := range texts {
			if found, asks := Asks(text); asks {
				t.Errorf("%s: %q is refused for %q", language, text, found)
			}
		}
	}
}

func TestAsks_enoughExamples(t *testing.T) {
	for name, table := range map[string]map[string][]string{"asking": asking, "passing": passing} {
		if n := len(table["nl"]) + len(table["en"]); n < 60 {
			t.Errorf("%s: %d examples in Dutch and English, want 60", name, n)
		}
		for _, language := range []string{"de", "fr", "tr", "pl", "uk", "ar"} {
			if n := len(table[language]); n < 10 {
				t.Errorf("%s: %d examples in %s, want 10", name, n, language)
			}
		}
	}
}

func TestAsks_givesTheSentence(t *testing.T) {
	found, _ := Asks("Goedendag. Dank u wel. Wat is uw BSN? Dan zoeken wij het op.")
	if found != "Wat is uw BSN?" {
		t.Errorf("found %q", found)
	}
}

func FuzzAsks(f *testing.F) {
	for _, text := range []string{"{{", "}} {{", "\n-\n", ":", "uw bsn", "_", "*", "\xff?"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if found, asks := Asks(text); asks != (found != "") {
			t.Errorf("Asks(%q) = %q, %v", text, found, asks)
		}
	})
}
