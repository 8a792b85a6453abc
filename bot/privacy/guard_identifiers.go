package privacy

// neverAsked is what no text may ask for, by kind, in the words of every
// language together. "_" stands for up to three words, "*" for any ending.
// Words are compared without case and accents; hyphens count as spaces.
var neverAsked = []struct{ kind, phrases string }{
	{kindBSN, `
		bsn | bsnnummer | bsn nummer | bsnnr | burgerservicenummer* | burgerservicenr | burger service nummer
		burgerservice nummer* | burger servicenummer* | burgerservice nr
		burgernummer | persoonsnummer | sofinummer | sofi nummer | sofi | fiscaal nummer | ssn
		citizen service number | social security number | national insurance number | personal identification number
		bürgerservicenummer | sozialversicherungsnummer | bürger service nummer | steuernummer | steueridentifikationsnummer | steuer id
		numéro de service citoyen | numéro de sécurité sociale | numéro citoyen | numéro de citoyen | numéro fiscal
		vatandaşlık numara* | vatandaşlık hizmet numara* | vatandaş hizmet numara* | vergi kimlik numara* | tc kimlik numara*
		numer obywatel* | numer bsn | numeru bsn | numer pesel | pesel
		номер соціального страхування | номер громадян* | ідентифікаційний номер | податковий номер | бсн
		رقم خدمة المواطن | رقم الخدمة المدنية | رقم خدمة المواطنين | الرقم الوطني | رقم المواطن | رقم الضمان الاجتماعي`},
	{kindIBAN, `
		iban | iban* nummer | ibannummer | rekeningnummer* | rekening nummer | bankrekening | bankrekeningnummer* | bankrekening nummer
		bankgegevens | bank gegevens | welk rekeningnummer | welke bankrekening | rekening van de | rekeninggegevens | betaalgegevens | banknummer | op welke rekening | naar welke rekening
		bank account | which account | what account | sort code | account number | bank details | account details | bank information | banking details
		kontonummer | auf welches konto | auf welchem konto | kontoverbindung | bankverbindung | bankdaten | kontodaten | bankkonto | konto nummer
		numéro de compte | numéro de votre compte | sur quel compte | vers quel compte | relevé d identité bancaire | compte bancaire | coordonnées bancaires | rib
		hesap numara* | hesap no | hangi hesaba | hangi banka hesab* | banka hesab* | banka bilgi* | iban numara*
		numer* konta | numer* rachunku | numer* _ konta bankowego | na jakie konto | na które konto | na który rachunek | na jaki rachunek | konta bankowego | danych bankowych | danymi bankowymi | konto bankowe | dane bankowe
		номер* рахунку | номер* _ рахунку | на який рахунок | банківських даних | номер* банківського рахунку | банківські дані | банківський рахунок | банківського рахунку | ібан
		رقم الحساب | أي حساب | اي حساب بنكي | بياناتك المصرفية | البيانات المصرفية | بياناتك البنكية | البيانات البنكية | تفاصيل حسابك | رقم حسابك | الحساب البنكي | حسابك البنكي | حسابك المصرفي | الحساب المصرفي | الآيبان | آيبان | ايبان`},
	{kindCard, `
		kaartnummer | beveiligingscode | veiligheidscode | verificatiecode _ kaart | kaartgegevens | creditcard* | credit card* | kredietkaart* | pinpasnummer | bankpasnummer | pasnummer | cvc | cvc code | cvv
		pincode | nummer _ bankpas | nummer _ pinpas | nummer _ creditcard | nummer _ betaalpas | cijfers _ bankpas | cijfers _ pinpas
		foto _ bankpas | foto _ pinpas | kopie _ bankpas
		card number | card s number | cvv code | cvc number | three digits on | debit card number | debit card details | your pin | the pin | pin of | pin for | long number | card details | security code | pin code | digits of your card | number _ card | photo of your card
		kartennummer | kreditkartennummer | sicherheitscode | ihre pin | die pin | pin ihrer | pin der | pin code | pin ein | geheimzahl | kreditkarte* | prüfnummer | nummer _ karte
		numéro de carte | numéro de votre carte | numéro _ carte bancaire | code de sécurité | code pin | code secret | code confidentiel | carte de crédit | cryptogramme
		kart numara* | kredi kart* | güvenlik kod* | pin kod* | kart* _ numara* | banka kart* numara* | kart şifre*
		numer* karty | numer* _ karty | kart* kredytow* | kod cvv | kod zabezpieczając* | kod bezpieczeństwa | wpisz pin | kod pin | kodu pin | pin do karty | pin karty
		номер* картки | номер* вашої картки | номер* _ картки | код безпеки | pin код* | пін код* | cvv код | номер* банківської картки | кредитн* картк*
		رقم البطاقة | رمز الأمان | رمز الحماية | الرقم السري | رقمك السري | رقم بطاقتك | رقم بطاقة | بطاقة الائتمان | بطاقتك الائتمانية`},
	{kindDocument, `
		paspoortnummer* | paspoort nummer | documentnummer* | document nummer | idnummer | id nummer | identiteitskaartnummer
		identiteitsnummer | idkaartnummer | id kaart nummer | rijbewijsnummer* | rijbewijs nummer | reisdocumentnummer
		legitimatienummer | v nummer | vnummer | vreemdelingennummer* | nummer _ cijfers _ paspoort | nummer _ cijfers _ identiteitskaart
		nummer _ cijfers _ id kaart | nummer _ cijfers _ rijbewijs | nummer _ paspoort | nummer _ identiteitskaart | nummer _ identiteitsbewijs | nummer _ id kaart
		nummer _ id bewijs | nummer _ rijbewijs | nummer _ legitimatiebewijs | nummer _ reisdocument
		foto _ paspoort | foto _ identiteitskaart | foto _ identiteitsbewijs | foto _ rijbewijs | foto _ id kaart | foto _ id bewijs
		kopie _ paspoort | kopie _ identiteitskaart | kopie _ identiteitsbewijs | kopie _ rijbewijs | kopie _ id kaart | kopie _ id bewijs
		scan _ paspoort | scan _ identiteitskaart | scan _ identiteitsbewijs | scan _ rijbewijs | scan _ id kaart | kopietje _ paspoort
		passport number | document number | id number | identity card number | identity number | id card number | licence number
		license number | number _ passport | number _ identity card | number _ id card | number _ licence | number _ license
		photo _ passport | photo _ id | photo _ identity card | photo _ licence | photo _ license | picture _ passport | picture _ id
		picture _ licence | copy _ passport | copy _ id | copy _ identity card | copy _ licence | copy _ license | scan _ passport
		scan _ id | scan _ licence | passport details
		passnummer | reisepassnummer | ausweisnummer | personalausweisnummer | führerscheinnummer | nummer _ reisepass*
		nummer _ personalausweis* | nummer _ ausweis* | nummer _ führerschein* | foto _ ausweis* | foto _ personalausweis* | foto _ reisepass*
		kopie _ ausweis* | kopie _ reisepass* | kopie _ personalausweis*
		numéro de passeport | numéro de votre passeport | numéro de pièce | numéro de carte d identité | numéro de votre carte d identité
		numéro de permis | numéro de votre permis | photo _ passeport | copie _ passeport | photo _ carte d identité | copie _ carte d identité
		pasaport numara* | pasaportunuzun numara* | kimlik numara* | kimlik kart* numara* | ehliyet numara* | pasaport* fotoğraf* | kimliğ* fotoğraf*
		numer paszportu | numeru paszportu | numer dowodu | numeru dowodu | numer prawa jazdy | zdjęcie paszportu | zdjęcie dowodu | skan paszportu | skan dowodu
		номер паспорта | номер вашого паспорта | номер посвідчення | номер документа | фото паспорта | копію паспорта | скан паспорта
		رقم جواز | رقم جوازك | رقم الجواز | رقم الهوية | رقم هويتك | رقم رخصة | رقم رخصتك | صورة جواز | صورة _ جواز | صورة هويتك | صورة الهوية`},
	{kindDigiD, `
		digi d wachtwoord* | digi d gebruikersnaam* | digi d code* | digi d gegevens | digi d inlog* | wachtwoord _ digi d | gebruikersnaam _ digi d
		digid wachtwoord | digid gebruikersnaam | digid gegevens | digid inloggegevens | digid code | digid pincode | digid login
		digid inlogcode | digid sms code | digid koppelcode | digid activeringscode | digid account gegevens | digid app code
		wachtwoord _ digid | gebruikersnaam _ digid | inloggegevens _ digid | gegevens _ digid | pincode _ digid | koppelcode _ digid
		code _ digid app | inlogcode _ digid | sms code _ digid | activeringscode _ digid
		geef _ uw digid | geef _ je digid | stuur _ uw digid | stuur _ je digid | deel _ uw digid | typ _ uw digid | wat is uw digid
		wat is je digid | mag ik uw digid | mag ik je digid | mogen wij uw digid | app _ uw digid | mail _ uw digid
		digid password | digid username | digid user name | digid credentials | digid details | digid login details | digid pin
		password _ digid | username _ digid | user name _ digid | credentials _ digid | login details _ digid | pin _ digid | code _ digid
		give _ your digid | send _ your digid | what is your digid | share _ your digid | enter your digid | type your digid
		digid passwort | digid kennwort | digid benutzername* | digid zugangsdaten | digid daten | digid anmeldedaten
		passwort _ digid | zugangsdaten _ digid | benutzername* _ digid | anmeldedaten _ digid
		mot de passe _ digid | identifiants _ digid | identifiant _ digid | codes _ digid
		digid şifre* | digid parola* | digid kullanıcı ad* | digid bilgi*
		hasło _ digid | hasła _ digid | dane _ digid | login _ digid | nazwę użytkownika _ digid
		пароль _ digid | логін _ digid | дані _ digid | код _ digid
		كلمة مرور digid | كلمة المرور _ digid | كلمة السر _ digid | اسم المستخدم _ digid | بيانات digid | بيانات _ digid`},
}

// neverAskedOf is what no text may ask of a thing: a number or a picture of a
// document, in either order. A picture may be asked for of anything else.
var neverAskedOf = []struct{ kind, parts, things string }{
	{kindDocument, `
		nummer | nummers | nr | cijfers | gegevens | number | numbers | digits | details | ziffern | daten | numéro | chiffres | numara* | numarası | hanesi* | bilgi*
		numer | numeru | numerem | cyfry | dane | номер* | цифр* | дані | رقم | الرقم | أرقام | رقما | بيانات
		selfie* | foto* | kopie* | kopietje | scan* | selfie _ met | afbeelding | plaatje | voorkant | achterkant | upload* | photo* | picture* | copy | copies | image | front | snap | snapshot
		bild | fotokopie | vorderseite | hochladen | laden sie | copie* | image | recto | téléchargez | télécharger | kopya* | resm* | resim* | tarama* | ön yüz* | yükle*
		zdjęci* | kopi* | skan* | fotografi* | załącz* | prześlij | фото* | сфотограф* | копі* | скан* | знімок | світлин* | завантаж* | صورة | صور | نسخة | ارفع | امسح`,
		documentThings},
}

const documentThings = `
	paspoort* | rijbewijs | rijbewijzen | identiteitskaart* | identiteitsbewijs* | identiteitsdocument* | id kaart | id bewijs | idkaart | id kaartje | legitimatiebewijs*
	legitimatie | verblijfsvergunning* | verblijfsdocument* | reisdocument*
	passport | passports | id card | identity card | identity document | identity documents | proof of identity | driving licence | driving license | drivers license
	driver s licence | driver s license | drivers licence | licence | license | residence permit | id
	reisepass* | ausweis* | personalausweis* | führerschein* | aufenthaltstitel* | pass | passes | passeport* | carte d identité | permis de conduire | pièce d identité
	titre de séjour | pasaport* | kimlik kart* | kimlik* | kimliğ* | ehliyet* | oturum izni* | paszport* | dowod* | dowód | prawa jazdy | prawo jazdy | prawie jazdy | karty pobytu | kartę pobytu
	паспорт* | посвідченн* | водійськ* посвідченн* | посвідк* | جواز | جوازك | جوازات | الجواز | هوية | الهوية | هويتك | رخصة | رخصتك | الرخصة | إقامتك | الإقامة`

// digidSecrets are what is never asked in a sentence that speaks of DigiD.
const digidSecrets = `
	*code | *wachtwoord | *passwort | *password | wachtwoord* | gebruikersnaam | inlognaam | inlogcode* | code | codes | cijfers | password* | username | user name | login name | credentials | passwort* | kennwort*
	benutzername* | zugangsdaten | mot de passe | mots de passe | identifiant* | nom d utilisateur | şifre* | parola* | kod | kodu | kodunu* | kullanıcı ad* | hasło | hasła | hasłem
	kod | kodu | пароль | паролю | логін | код | коду | كلمة المرور | كلمة السر | كلمة مرور | الرمز | رمز | اسم المستخدم`

// guardPronouns stand for what was named just before: "Vul het alsnog in."
const guardPronouns = `
	het mee | die mee | hem mee | dat mee | het alsnog | het nog | het even | het hier | het in | het door | het op | het ons | het dan | die alsnog | die nog | die even | die hier | die in | die door | die op | die ons | die dan
	dat alsnog | dat nog | dat even | dat hier | dat in | dat door | dat ons | deze alsnog | deze even | deze hier | deze in | deze door | hem even | hem door | hem hier | hiernaartoe | ze even | ze hier | it | them
	sie uns | sie hier | sie bitte | sie ein | sie noch | sie mit | ihn | es uns | es hier | envoyez le | envoyez la | envoyez les | donnez le | indiquez le | tapez le | le ici | l envoyer | le donner | nous le | nous la
	onu | bunu | go | ją | je tutaj | його | її | їх | إرساله | أرسله | ارسله | اكتبه | إعطاؤه`

// portraits read like the picture of a document and are one for it.
const portraits = `
	passport photo* | passport picture* | passport size* | photo d identité | photos d identité | pasaport fotoğrafı | zdjęci* do paszportu | zdjęci* do dowodu
	фото на паспорт* | фото для паспорт* | фотографі* на паспорт*`
