package text

// words is how one language writes days, months and amounts. Months stand as
// they do after a day's number: "20 listopada".
type words struct {
	weekdays         [7]string // from Sunday, as time.Weekday counts
	months           [12]string
	yes, no          string
	money            string // the amount stands where # is
	decimal, grouped string
}

// vocabulary is data: the languages of the programme, after the CLDR
// ("format" forms, without abbreviations).
var vocabulary = map[string]*words{
	"nl": {
		weekdays: [7]string{"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"},
		months:   [12]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"},
		yes:      "ja", no: "nee", money: "€ #", decimal: ",", grouped: ".",
	},
	"en": {
		weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		months:   [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		yes:      "yes", no: "no", money: "€#", decimal: ".", grouped: ",",
	},
	"uk": {
		weekdays: [7]string{"неділя", "понеділок", "вівторок", "середа", "четвер", "п’ятниця", "субота"},
		months:   [12]string{"січня", "лютого", "березня", "квітня", "травня", "червня", "липня", "серпня", "вересня", "жовтня", "листопада", "грудня"},
		yes:      "так", no: "ні", money: "# €", decimal: ",", grouped: " ",
	},
	"pl": {
		weekdays: [7]string{"niedziela", "poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota"},
		months:   [12]string{"stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada", "grudnia"},
		yes:      "tak", no: "nie", money: "# €", decimal: ",", grouped: " ",
	},
	"ar": {
		weekdays: [7]string{"الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"},
		months:   [12]string{"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"},
		yes:      "نعم", no: "لا", money: "# €", decimal: ".", grouped: ",",
	},
	"tr": {
		weekdays: [7]string{"Pazar", "Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi"},
		months:   [12]string{"Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım", "Aralık"},
		yes:      "evet", no: "hayır", money: "€#", decimal: ",", grouped: ".",
	},
}

// wordsOf gives a language's words, or the Dutch ones.
func wordsOf(language string) *words {
	if w, ok := vocabulary[language]; ok {
		return w
	}
	return vocabulary["nl"]
}

func longestOf(names []string) int {
	longest := 0
	for _, name := range names {
		longest = max(longest, Length(name))
	}
	return longest
}
