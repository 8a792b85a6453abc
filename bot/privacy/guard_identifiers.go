package privacy

// neverAsked is what no text may ask for, by kind, in the words of every
// language together. "_" stands for up to three words, "*" for any ending.
// Words are compared without case and accents; hyphens count as spaces.
var neverAsked = []struct{ kind, phrases string }{
	{kindBSN, `
		bsn | bsnnummer | bsn nummer | bsnnr | burgerservicenummer* | burgerservicenr | burger service nummer
		burgerservice nummer* | burger servicenummer* | burgerservice nr
		burgernummer | persoonsnummer | sofinummer | sofi nummer | sofi
		citizen service number | social security number | national insurance number | personal identification number
		bürgerservicenummer | sozialversicherungsnummer | bürger service nummer
		numéro de service citoyen | numéro de sécurité sociale | numéro citoyen
		vatandaşlık numara* | vatandaşlık hizmet numara* | tc kimlik numara*
		numer obywatel* | numer bsn | numeru bsn | numer pesel | pesel
		номер соціального страхування | номер громадян* | бсн
		رقم خدمة المواطن | الرقم الوطني | رقم المواطن | رقم الضمان الاجتماعي`},
	{kindIBAN, `
		iban | iban* nummer | ibannummer | rekeningnummer* | rekening nummer | bankrekening | bankrekeningnummer* | bankrekening nummer
		bankgegevens | bank gegevens | rekeninggegevens | betaalgegevens | banknummer | op welke rekening | naar welke rekening
		bank account | account number | bank details | account details | bank information | banking details
		kontonummer | bankverbindung | bankdaten | kontodaten | bankkonto | konto nummer
		numéro de compte | compte bancaire | coordonnées bancaires | rib
		hesap numara* | banka hesab* | banka bilgi* | iban numara*
		numer konta | numeru konta | numer rachunku | numeru rachunku | konta bankowego | konto bankowe | dane bankowe
		номер рахунку | номер банківського рахунку | банківські дані | банківський рахунок | банківського рахунку | ібан
		رقم الحساب | رقم حسابك | الحساب البنكي | حسابك البنكي | حسابك المصرفي | الحساب المصرفي | الآيبان | آيبان | ايبان`},
	{kindCard, `
		kaartnummer | creditcard* | credit card* | kredietkaart* | pinpasnummer | bankpasnummer | pasnummer | cvc | cvc code | cvv
		pincode | nummer _ bankpas | nummer _ pinpas | nummer _ creditcard | nummer _ betaalpas | cijfers _ bankpas | cijfers _ pinpas
		foto _ bankpas | foto _ pinpas | kopie _ bankpas
		card number | debit card | card details | security code | pin code | digits of your card | number _ card | photo of your card
		kartennummer | kreditkarte* | prüfnummer | nummer _ karte
		numéro de carte | numéro de votre carte | carte bancaire | carte de crédit | cryptogramme
		kart numara* | kredi kart* | banka kart*
		numer karty | numeru karty | kart* kredytow* | kod cvv
		номер картки | номер вашої картки | кредитн* картк*
		رقم البطاقة | رقم بطاقتك | رقم بطاقة | بطاقة الائتمان | بطاقتك الائتمانية`},
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
