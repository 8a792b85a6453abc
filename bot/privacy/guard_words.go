package privacy

// The words that make a sentence ask, and those that take it back. One table
// per language; all are used together, so a phrase belongs here only when it
// means the same wherever it can occur. "^" binds a phrase to the beginning of
// its clause, "_" stands for up to three words, "*" for any ending.
type guardLanguage struct {
	asks            string // ask by themselves: imperatives, questions, polite requests
	willing, giving string // together they ask: "kunt u" and "doorgeven"
	needing, needs  string // together they ask: "wij" and "nodig"
	never           string // in the same clause: a warning or a refusal
	none            string // the same, but only in front of the identifier
	notNever        string // hold a negating word and take nothing back
	mentions        string // speak about the thing, or of bringing it along
	own             string // directly in front: the resident's own words on a button
	breaks          string // begin a new clause
	fillers         string // what a bare label may hold besides the identifier
	trouble         string // what happened to it, not what it is; "did you know"
	states          string // the verbs of a plain statement: whatever states nothing asks
}

var guardLanguages = []guardLanguage{
	{ // Dutch
		asks: `is nodig | is vereist | is verplicht | is noodzakelijk | is genoeg | is voldoende | zet hier | zet u | zet uw | kijk _ welk | kijken welk | hebt u een | heeft u een | geef | geeft u | gelieve | stuur | stuurt u | ^app | appt u | app ons | app mij | ^mail | mailt u | mail ons | typ | typt u | ^type | type uw
			type hier | type je | tik | tikt u | toets | vul | vult u | voer | voert u | noem | noemt u | vermeld | vermeldt u | ^deel | deelt u | deel uw
			deel je | deel dan | zeg | zegt u | schrijf | schrijft u | upload | uploadt u | bevestig | bevestigt u | antwoord met | reageer met
			laat ons | laat mij | laat me | laat _ weten | wat staat | wat is uw | wat is je | wat is jouw | wat is het | wat is de | wat zijn uw | wat zijn je
			wat zijn de | wat zijn jouw | wat was uw | welk | welke | op welk | hoe luidt | hoe luiden | mag ik | mogen wij | mogen we | mag de gemeente
			graag uw | graag je | graag jouw | graag het | graag ook uw | graag nog uw | vragen u | vraag u | vragen wij | vragen we | vraag ik
			vragen om uw | vragen je | vraag om uw | vragen naar uw | vraag je | verzoeken u | verzoek u | verzoeken wij | bij de hand
			weet u uw | weet je je | heeft u uw | hebt u uw | heb je je | kent u uw | ontvang graag | ontvangen graag | ontvangen wij graag
			ontvangen we graag | horen graag | hoor graag | maak een foto | we missen nog uw | wij missen nog uw | ontbreekt nog | ontbreken nog
			vertel | vertelt u | voeg | voegt u | laat een | laat uw | vul aan | ontbreekt | ontbreken | missen nog | mist nog | naar welk* | op welk* | lees voor | toon | scan uw | kies welk | hier uw | hieronder uw | dan uw | eerst uw | eerst nog uw | nu uw | alleen nog uw`,
		willing: `kunt u | kunt | kun je | kan je | kan u | wilt u | wilt | wil je | zou u | zou je | zoudt u | moet u | u moet | moet je | je moet | moeten
			dient | u kunt | je kunt | mag u | u mag | je mag | wij willen | we willen | willen wij | willen we | wil ik | ik wil | wil graag
			willen graag | hoeft alleen | hoeft enkel | hoeft slechts | verzoek | vriendelijk | vergeet niet | is het mogelijk | nodig om
			aub | alstublieft | alsjeblieft | svp | s v p | verplicht`,
		giving: `geven | doorgeven | opgeven | aangeven | sturen | opsturen | toesturen | doorsturen | meesturen | insturen | verzenden | appen
			whatsappen | mailen | typen | intypen | tikken | intikken | toetsen | intoetsen | invullen | vullen | invoeren | voeren | noemen
			vermelden | delen | verstrekken | zeggen | vertellen | uploaden | bevestigen | hebben | weten | ontvangen | schrijven | opschrijven
			doorbellen | overleggen | aanleveren | leveren | sms en | plaatsen | achterlaten`,
		needing: `wij | we | ik | gemeente | medewerker | collega | afdeling | hiervoor | daarvoor`,
		needs:   `nodig | vereist | noodzakelijk | missen | mis`,
		never:   `nooit | niet | nimmer | niemand | in geen geval | nergens | niks | afgeraden`,
		none:    `geen | zonder`,
		notNever: `vergeet niet | niet vergeten | niet alleen | niet enkel | niet slechts | niet erg | zo niet | niet zeker | niet lukt | niet moeilijk
			niet later dan | niet langer dan | zonder spaties | zonder punten | zonder streepjes | zonder letters | waarom niet | geen probleem
			geen zorgen | geen spaties | geen punten | niet te lang | niet meer dan`,
		mentions: `voor uzelf | geheim | neem | neemt | meenemen | meeneemt | nemen | breng | brengt | meebrengen | meebrengt | waarom | wat is een | wat is bsn | wat is iban
			wat is er | wat betekent | waar vind | waar vindt | waar vinden | waar staat | waar staan | waar is | hoe kom ik aan | hoe vind
			aan de balie | bij de balie | aan het loket | bij het loket | op het gemeentehuis | op het stadhuis | in het stadhuis
			tijdens de afspraak | bij uw afspraak | als iemand | oplichter* | criminelen | phishing | nepbericht*`,
		own: `mijn | mn | onze`,
		breaks: `maar | omdat | doordat | zodat | als | indien | wanneer | anders | terwijl | hoewel | mits | tenzij | voordat | nadat | totdat
			zolang | zodra | daarna | vervolgens | waarna`,
		fillers: `naam | adres | iban | terugbetaling | voor | kaart | uw | je | jouw | het | de | een | en | of | ook | nog | nu | dan | eerst | graag | aub | alstublieft | alsjeblieft | svp | hier | hieronder
			rekeninghouder | aanvrager | verplicht veld | uw eigen | op naam van | kort | nummer | cijfers | van | vraag | stap | nieuwe | nieuw | volledige | invullen | verplicht | hand | volgende | laatste | kind | partner`,
		trouble: `wist u | weet u dat | vergeten | kwijt | verlor* | wijzig* | verander* | klopt | mis met | mis gegaan | gestolen | bericht | geblokkeerd | verlopen | geldig | werkt | aanvragen | gevraagd`,
		states:  `staat | staan | stond | is | zijn | was | waren | wordt | worden | werd | ligt | liggen | kost | blijft | blijven | hoort | krijgt | krijgen | ontvangt | betaalt | betalen | bewaren | bewaart | hebben | heeft | heb | vindt | haalt | halen | hield | houdt | log | logt | inloggen | maak _ over | overmaken | vergoeden | storten | verwijderd | weggehaald | gebruiken | gebruikt | helpt | helpen | kunt u _ inloggen | betekent | lijkt | zien | bestaat | vervalt | geldt | kan | meenemen | mee`,
	},
	{ // English
		asks: `know what your | know which | is needed | is required | is necessary | is mandatory | is enough | is sufficient | put your | put it | look up | do you have a | give | gives us | send | text us | text me | ^text | ^mail | ^email | e mail us | email us | type your | type the | ^type | type in | enter | fill in
			fill out | provide | share | tell us | tell me | ^tell | state your | ^state | write | upload | confirm your | confirm the | reply with | respond with
			answer with | let us know | let me know | submit | supply | what is your | what s your | whats your | what are your | what is the | what are the
			which | leave | forward | attach | upload | insert | show us | show me | scan your | what is on | missing | may we know | may i know | can we know | could we know | would you mind | mind sharing | mind giving | mind telling | may i have | may we have | may i ask | can i have | can we have | could i have | could we have | can i get | we ask | we request
			we will ask | i ask | please add | please include | do you have your | do you know your | have you got your | ready | we require | i require | quote your
			take a photo | take a picture | note down your | here your | still missing | we are missing | list your | mention your | we d like your | we would like your
			i d like your | i would like your | just your | only your`,
		willing: `can you | could you | would you | will you | you can | you must | you should | you have to | you need to | need you to | please | kindly | we want
			want you to | like you to | like to | i want | be so kind | required to | asked to | must | remember to | do not forget to | don t forget to | you may | you could | dont forget to`,
		giving: `give | giving | send | sending | text | texting | type | typing | enter | entering | provide | providing | share | sharing | tell | telling
			state | upload | uploading | confirm | confirming | reply | submit | submitting | supply | know | receive | have | read | fill | pass | write | include | add | quote | mention`,
		needing: `we | i | us | our | municipality | colleague | for this`,
		needs:   `need | needs | required | require | requires | necessary | missing`,
		never:   `never | not | don t | dont | doesn t | won t | wont | cannot | can t | cant | nobody | no one | no need | avoid | isn t | shouldn t | mustn t | needn t`,
		none:    `no | without`,
		notNever: `do not forget | don t forget | dont forget | not only | not just | if not | why not | no problem | no worries | not sure | no spaces | without spaces | without dots
			without dashes | not later than | not yet`,
		mentions: `to yourself | keep _ secret | keep _ safe | bring | brings | bringing | take your passport with | carry | why do | why we | why is | what is a | what is an | what is bsn | what is iban | what is the bsn for
			where do | where can | where is | where to find | how do i find | how to find | printed on | at the desk | at the counter | at the town hall
			at town hall | at the city hall | at your appointment | if someone | if anyone | scammer* | fraudster* | phishing | fake message*`,
		own:     `my | our`,
		breaks:  `but | because | so that | if | when | unless | otherwise | while | although | before | after | until | then | since | or else`,
		fillers: `card | name | account holder | applicant | driving | driver s | required field | mandatory | optional | your | the | a | an | and | or | also | now | then | first | please | here | below | number | digits | of | step | new | full | required | next | last | child | partner | s`,
		trouble: `did you know | forgot | forgotten | forget | lost | lose | chang* | correct | wrong | stolen | message | blocked | expired | valid | work | works | apply | asked`,
		states:  `is | are | was | were | has | have | had | will | gets | get | got | remains | stays | stands | removed | took | found | pay | pays | paid | refund | keep | keeps | use | uses | used | expires | changes | belongs | means | costs | looks | log in | bring | see | comes | can only | becomes | helps | help`,
	},
	{ // German
		asks: `ist erforderlich | ist notwendig | ist nötig | genügt | reicht | sagen sie | haben sie eine | auf welches | auf welchem | fehlt noch | fehlt uns | uns fehlt | fehlt | wie ist die | wie ist der | wie ist ihr | welchen | welcher | fügen sie | hängen sie | zeigen sie | tragen sie | übermitteln sie | melden sie uns | lassen sie uns | geben sie | gib | senden sie | sende | schicken sie | schick | schicke | nennen sie | nenne | teilen sie | tippen sie | tippe | wie lautet | wie lauten
			wie ist ihre | welche | welches | was ist ihre | was ist deine | bestätigen sie | laden sie | schreiben sie | darf ich | dürfen wir | wir bitten | bitte ihre
			füllen sie | tragen sie | geben sie | antworten sie mit | ich brauche ihre | wir brauchen ihre | wir benötigen | ich benötige | haben sie ihre | verraten sie`,
		willing: `können sie | könnten sie | würden sie | wollen sie | müssen sie | sie müssen | bitte | kannst du | sie können | wir möchten | möchten wir`,
		giving: `geben | angeben | eingeben | senden | zusenden | schicken | zuschicken | nennen | mitteilen | tippen | eintippen | ausfüllen | eintragen | teilen
			bestätigen | hochladen | schreiben | wissen | haben | erhalten | durchgeben`,
		needing:  `wir | ich | gemeinde | mitarbeiter`,
		needs:    `brauchen | benötigen | brauche | benötige | erforderlich | nötig`,
		never:    `nie | niemals | nicht | niemand | keinesfalls`,
		none:     `kein | keine | keinen | ohne`,
		notNever: `nicht nur | vergessen sie nicht | nicht vergessen | wenn nicht | kein problem | ohne leerzeichen | nicht schlimm`,
		mentions: `für sich | geheim | bringen sie | mitbringen | bringe | nehmen sie | mitnehmen | warum | was ist eine | was ist ein | wo finde | wo finden | wo steht | am schalter | im rathaus
			wenn jemand | betrüger`,
		own:     `mein | meine | meinen | meiner`,
		breaks:  `aber | weil | damit | wenn | falls | sonst | denn | sobald | bevor | nachdem | dann`,
		fillers: `pflichtfeld | kontoinhabers | kontoinhaber | antragstellers | erforderlich | des | ihr | ihre | ihren | deine | dein | die | der | das | und | oder | bitte | auch | noch | hier | jetzt`,
		trouble: `wussten sie | vergessen | verloren | änder* | geändert | gestohlen | stimmt | nachricht | gesperrt | abgelaufen | gültig | funktioniert | beantragen`,
		states:  `ist | sind | war | wird | werden | wurde | steht | stehen | liegt | kostet | bleibt | bekommen | erhalten sie | bezahlen | zahlen | hat | hatte | erstatten | überweisen | entfernt | gilt | verwenden | bedeutet | ändert | bewahren | speichern | gehört | anmelden | melden _ an | sehen`,
	},
	{ // French
		asks: `est nécessaire | est requis | est obligatoire | suffit | avez vous un | dites | ^*dez | ^*gez | ^*lez | ^*nez | ^*pez | ^*quez | ^*rez | ^*sez | ^*tez | ^*yez | sur quel | vers quel | quels | quel | quelle | manque | il nous manque | ajoutez | joignez | montrez | scannez | laissez | mettez | notez | citez | rappelez | puis je connaître | pouvons nous connaître | donnez | donne | envoyez | envoie | indiquez | saisissez | tapez | entrez | communiquez | transmettez | partagez | fournissez | écrivez | confirmez | remplissez
			quel est | quels sont | quelle est | quelles sont | veuillez | dites nous | dites moi | puis je avoir | pouvons nous avoir | merci de | nous demandons | téléchargez
			quel numéro | sur quel compte | précisez | renseignez | il me faut | il nous faut`,
		willing:  `auriez vous | pouvez vous | pourriez vous | peux tu | voulez vous | vous devez | vous pouvez | devez vous | s il vous plaît | svp | nous voulons | nous aimerions`,
		giving:   `donner | envoyer | indiquer | saisir | taper | entrer | communiquer | transmettre | partager | fournir | écrire | confirmer | remplir | avoir | connaître | recevoir | préciser`,
		needing:  `nous | je | j | mairie | commune`,
		needs:    `besoin | nécessaire | requis | exigé`,
		never:    `jamais | ne _ pas | n _ pas | personne ne | aucun cas | inutile`,
		none:     `pas un | pas une | même pas | aucun | aucune | sans`,
		notNever: `n oubliez pas | ne _ pas seulement | pas de souci | pas de problème | sans espaces`,
		mentions: `pour vous seul | gardez | protégez | changez | faites attention | méfiez | trouvez | trouverez | appelez | apportez | apporter | emportez | munissez | pourquoi | qu est ce que | où trouver | où se trouve | au guichet | à la mairie | si quelqu un | escroc*`,
		own:      `mon | mes | notre`,
		breaks:   `mais | parce | car | si | quand | sinon | lorsque | avant | après | puis | pour que`,
		fillers:  `s il vous plaît | s il te plaît | obligatoire | requis | du titulaire | titulaire | de | du | conduire | d | l | demandeur | votre | vos | ton | ta | le | la | les | et | ou | aussi | ici | svp | merci`,
		trouble:  `saviez vous | savez vous que | oublié | perdu | chang* | modifi* | volé | correct | message | bloqué | expiré | valable | fonctionne | demander`,
		states:   `est | sont | était | sera | se trouve | se trouvent | figure | coûte | reste | avons | a | ont | recevez | recevrez | payez | remboursons | supprimé | signifie | gardons | utilisons | change | appartient | connectez | voyons`,
	},
	{ // Turkish: requests and refusals stand in the ending of the verb
		asks: `yeterli | mısınız | bakar mısınız | misiniz | musunuz | miyim | miyiz | gerekli | hangi hesaba | hangi banka | hangi numara | eksik | ekleyin | ekleyiniz | tuşlayın | iletir misiniz | öğrenebilir miyiz | bildirebilir misiniz | gönderebilir misiniz | verebilir misiniz | yazabilir misiniz | söyleyebilir misiniz | söyleyiniz | yükleyiniz | paylaşabilir misiniz | ihtiyacımız | ihtiyaç var | gerek | çekin | çekip | fotoğrafını çek* | tarayın | bırakın | yatıralım | gönderin | gönderiniz | gönder | verin | veriniz | yazın | yazınız | yaz | girin | giriniz | gir | paylaşın | paylaşınız | bildirin | bildiriniz | söyleyin | söyler misiniz
			belirtin | belirtiniz | yükleyin | doldurun | doldurunuz | iletin | iletiniz | onaylayın | nedir | ne | kaç | verir misiniz | gönderir misiniz | yazar mısınız
			paylaşır mısınız | alabilir miyim | alabilir miyiz | istiyoruz | rica ediyoruz | rica ederiz | öğrenebilir miyim | girer misiniz | bildirir misiniz | lazım | gerekiyor | gereklidir | ihtiyacımız var`,
		willing: `lütfen`,
		giving:  `göndermeniz | vermeniz | yazmanız | girmeniz | paylaşmanız | bildirmeniz`,
		never: `*mezsiniz | *mazsınız | *meyin | *mayın | *meyiniz | *mayınız | *mez | *maz | *miyoruz | *muyoruz | *mayız | *meyiz | kimseye | yok | asla | hiçbir | değil | göndermeyin | göndermeyiniz | vermeyin | vermeyiniz | yazmayın | yazmayınız | girmeyin | paylaşmayın | paylaşmayınız | gerekmez | gerekmiyor
			gerek yok | istemeyiz | istemiyoruz | sormayız | sormuyoruz | istemez | zorunda değil*`,
		notNever: `unutmayın | sorun değil | not edebilir | not alabilir | not al*`,
		mentions: `gizli | getirin | getiriniz | yanınızda | neden | niçin | nerede | arkasında | üzerinde | yazılıdır | biri | dolandırıcı*`,
		own:      `benim | numaram | numaramı | hesabım`,
		breaks:   `ama | fakat | çünkü | eğer | yoksa | sonra`,
		fillers:  `ınız | iniz | unuz | nız | nizi | zorunlu | zorunludur | hesap sahibinin | sahibinin | ı | i | no | ve | veya | sizin | lütfen | da | de`,
		trouble:  `biliyor muydunuz | unuttu* | kaybett* | değiş* | çalındı | doğru mu | mesaj* | geçerli | çalışm* | bloke`,
		states:   `yazılıdır | yazılı | yazar | vardır | var | öderiz | aldık | sildik | çıkardık | kalır | gelir | saklarız | kullanırız | ödeyebilirsiniz | giriş yap* | oldu | geldi | durur | bulunur | dir | dır`,
	},
	{ // Polish
		asks: `jest potrzebn* | jest wymagan* | wystarczy | czy ma pan | czy ma pani | powiedzieć | proszę *ć | prosimy *ć | na jakie | na który | na jaki | brakuje | załącz | zostaw | dołącz | pokaż | zeskanuj | jaki numer | jaki kod | który | niech | proszę przesłać | czy możemy poznać | możemy poznać | możemy prosić | potrzebny | potrzebne | potrzebna | podajcie | dodaj | podaj | proszę podać | prosimy podać | podać | wpisz | wyślij | prześlij | napisz | wprowadź | udostępnij | jaki jest | jaki | jaka | jakie są | jakie | proszę o | prosimy o | potwierdź | uzupełnij
			proszę wpisać | proszę wysłać | niech pan poda | niech pani poda | poproszę | potrzebujemy | potrzebuję | potrzebny jest nam | wypełnij | przekaż`,
		willing:  `czy może | może pan | może pani | czy mógłby | czy mogłaby | proszę | musisz | należy | możesz | trzeba | chcemy`,
		giving:   `podać | wysłać | przesłać | wpisać | napisać | wprowadzić | udostępnić | potwierdzić | przekazać | uzupełnić | znać | otrzymać`,
		never:    `nigdy | nie | nikt | nikomu`,
		none:     `bez | żadnego | żadnych`,
		notNever: `nie zapomnij | nie tylko | jeśli nie | nie ma problemu | bez spacji`,
		mentions: `w tajemnicy | zabierz | przynieś | zabrać | przynieść | weź | dlaczego | co to jest | gdzie znajdę | gdzie znaleźć | gdzie jest | przy okienku | w urzędzie | jeśli ktoś | oszus*`,
		own:      `mój | moje | mojego | moją | nasz`,
		breaks:   `ale | bo | ponieważ | jeśli | jeżeli | gdy | kiedy | inaczej | zanim | potem`,
		fillers:  `wymagane | obowiązkowe | właściciela konta | właściciela | posiadacza | numer | jazdy | twój | twoje | pana | pani | swój | swoje | i | lub | oraz | też | tutaj | proszę`,
		trouble:  `czy wie | czy wiedzia* | zapomnia* | pamiętasz | zgubi* | zmieni* | skradzion* | wiadomoś* | ważn* | działa | zablokowan*`,
		states:   `jest | są | był | była | będzie | znajduje | widnieje | kosztuje | zostaje | otrzyma | dostanie | zwracamy | usunęliśmy | oznacza | przechowujemy | używamy | można | zaloguj | wpłyną | ma pan tylko | widzimy`,
	},
	{ // Ukrainian
		asks: `потрібен | достатньо | чи маєте | чи є у вас | *іть | *йте | на який | бракує | не вистачає | додайте | залиште | впишіть | сфотографуйте | покажіть | відскануйте | пришліть | прикріпіть | внесіть | чи можемо | можемо дізнатися | нам потрібно | нам треба | потрібен ваш | потрібна ваша | потрібні ваші | вказуйте | яким | якому | якого | надішліть | надішли | введіть | вкажіть | напишіть | повідомте | дайте | назвіть | поділіться | підтвердіть | заповніть | який | яка | яке | які | відправте | передайте | укажіть | скажіть | зазначте
			просимо | прошу | завантажте | нам потрібен | нам потрібні | нам потрібна | мені потрібен | потрібно знати`,
		willing:  `чи можете | можете | могли б | чи не могли | будь ласка | треба | маєте | потрібно | повинні`,
		giving:   `надіслати | ввести | вказати | написати | повідомити | дати | назвати | відправити | передати | поділитися | підтвердити | сказати`,
		never:    `ніколи | не | ніхто | нікому`,
		none:     `без | жодного | жодних`,
		notNever: `не забудьте | не тільки | не лише | якщо не | без пробілів | чи не могли`,
		mentions: `навіть | тримайте | бережіть | таємниц* | зателефонуйте | телефонуйте | візьміть | принесіть | взяти | принести | чому | що таке | де знайти | де знаходиться | у мерії | якщо хтось | шахра*`,
		own:      `мій | моя | мого | моє | наш`,
		breaks:   `але | бо | тому | якщо | коли | інакше | перш | потім | щоб`,
		fillers:  `будь ласка | обов язково | обовязково | власника рахунку | власника | водійського | номер | ваш | ваша | ваше | ваші | вашого | свій | і | та | або | також | тут`,
		trouble:  `чи знали | чи знаєте | забули | загубили | змін* | вкра* | повідомлення | дійсн* | працює | заблокован*`,
		states:   `є | був | була | буде | вказано | вказаний | міститься | знаходиться | коштує | залишається | отримаєте | надійдуть | повертаємо | видалили | означає | зберігаємо | використовуємо | увійдіть | входите | можна | бачимо`,
	},
	{ // Arabic
		asks: `يكفي | مطلوب | هل لديك | قل لي | قل لنا | أحتاج | احتاج | أي حساب | ينقصنا | ينقص | أضف | أرفق | ضع | صور | اترك | هل يمكننا معرفة | هل يمكننا | نود معرفة | زودني | أخبرينا | قل لنا | املئي | سجل رقم | نريد | بحاجة إلى | أرسل | أرسلي | ارسل | أرسلوا | اكتب | اكتبي | أدخل | أدخلي | ادخل | أعط | أعطنا | أعطني | اعطنا | زودنا | شارك | شاركنا | أخبرنا | أخبرني | ما هو | ما هي | ما رقم | ما | حدد | أكد | نطلب | نحتاج
			يرجى | الرجاء | نرجو | املأ | تفضل | قدم | ارفع | هات`,
		willing:  `هل تتفضل | هلا | هل يمكنك | هل يمكن | يمكنك | هل تستطيع | من فضلك | يجب | عليك | لو سمحت`,
		giving:   `إعطائنا | إعطائي | إرفاق | تسجيل | إرسال | كتابة | إدخال | إعطاء | إعطاؤنا | إعطاءنا | تزويدنا | مشاركة | إخبارنا | تقديم | ترسل | تعطينا | تكتب | تأكيد`,
		never:    `لا | لن | أبدا | لم | ليس | ليست | لسنا`,
		none:     `دون | بدون`,
		notNever: `لا تنس | لا تنسى | ليس فقط | لا مشكلة`,
		mentions: `أحضر | أحضري | احضر | إحضار | اصطحب | لماذا | أين تجد | أين أجد | عند الشباك | إذا طلب | محتال* | المحتال*`,
		own:      `رقمي | حسابي | هويتي | جوازي`,
		breaks:   `لكن | ولكن | لأن | إذا | عندما | وإلا | ثم | قبل | بعد`,
		fillers:  `من فضلك | لو سمحت | إلزامي | مطلوب | صاحب الحساب | القيادة | الخاص بك | رقم | و | أو | أيضا | هنا`,
		trouble:  `هل تعلم | هل تعرف أن | نسيت | فقدت | ضاع | تغيير | سرق | رسالة | صالح | يعمل`,
		states:   `موجود | مكتوب | توجد | يوجد | كان | كانت | يبقى | تكلفة | حذفنا | أزلنا | نحتفظ | نستخدم | نعيد | ستتلقى | يعني | يمكنك الدفع | تسجل الدخول | سجل الدخول | تجد | يتغير`,
	},
}
