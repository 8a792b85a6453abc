package flow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot/text"
)

// reviewLasts is how long a review of a crisis answer holds: emergency numbers
// are facts with a date.
const reviewLasts = 12 // months

// sharedReader turns flows/bode.toml into Shared.
type sharedReader struct{ *reader }

func (l *loading) shared(data []byte) {
	r := &sharedReader{newReader(l, sharedFile, data)}
	var f sharedTOML
	r.into(&f)
	s := &l.bundle.Shared
	s.Municipality, s.Menu, s.Remembered = f.Municipality, f.Menu, f.Remembered
	s.Languages = r.languages(f.Languages) // first: texts look which languages are complete
	for i, name := range f.Remembered {
		r.saved("remembered."+strconv.Itoa(i), name)
	}
	s.FirstContact = r.text("first_contact.text", "bode.first_contact", f.FirstContact.Text)
	s.Words = r.words(&f.Words)
	s.Teams, s.Topics, s.Facts = r.teams(&f), r.topics(&f), r.facts(&f)
	s.Texts = r.sentences("texts", "bode.text.", f.Texts)
	s.Kinds = r.sentences("kinds", "bode.kind.", f.Kinds)
	for i := range f.Crisis {
		s.Crisis = append(s.Crisis, r.crisis(i, &f.Crisis[i]))
	}
	for i := range f.Formal {
		s.Formal = append(s.Formal, r.formal(i, &f.Formal[i]))
	}
}

// languages gives the known ones; Dutch is the source of all and comes first.
func (r *sharedReader) languages(list []string) []string {
	out := []string{dutch}
	for i, code := range list {
		if r.language("languages."+strconv.Itoa(i), code) && !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	if len(list) > 0 && list[0] != dutch {
		r.fault("languages", "dutch-first", `de eerste taal is "nl": daarin zijn de flows geschreven`, `the first language is "nl": the flows are written in it`)
	}
	return out
}

func (r *sharedReader) words(f *wordsTOML) Words {
	w := Words{f.Stop, f.Person, f.Menu, f.Back, f.Language, f.Data}
	all := []struct {
		key  string
		list map[string][]string
	}{{"stop", w.Stop}, {"person", w.Person}, {"menu", w.Menu}, {"back", w.Back}, {"language", w.Language}, {"data", w.Data}}
	meaning := map[string]string{} // word -> key
	for _, kind := range all {
		r.wordList("words."+kind.key, kind.list)
		for _, language := range sortedKeys(kind.list) {
			for i, word := range kind.list[language] {
				word = strings.ToLower(strings.TrimSpace(word))
				if other := meaning[word]; other != "" && other != kind.key {
					r.fault(fmt.Sprintf("words.%s.%s.%d", kind.key, language, i), "word-twice", fmt.Sprintf("%q staat al bij %q: een woord heeft één betekenis, in alle talen samen", word, other),
						fmt.Sprintf("%q already stands under %q: a word has one meaning, over all languages", word, other))
				}
				meaning[word] = kind.key
			}
		}
	}
	return w
}

// wordList checks words per language: known languages, and Dutch among them.
func (r *sharedReader) wordList(path string, list map[string][]string) {
	for _, language := range sortedKeys(list) {
		r.language(path+"."+language, language)
	}
	if list != nil && len(list[dutch]) == 0 {
		r.fault(path, "missing-language", `hier ontbreken de woorden in taal "nl"`, `the words in "nl" are missing here`)
	}
}

// name checks a name that texts and flows refer to.
func (r *sharedReader) name(path, name string) {
	if !plainName.MatchString(name) {
		r.fault(path, "bad-name", fmt.Sprintf("%q kan geen naam zijn. Gebruik kleine letters, cijfers en _.", name),
			fmt.Sprintf("%q cannot be a name. Use small letters, digits and _.", name))
	}
}

func (r *sharedReader) teams(f *sharedTOML) map[string]*Team {
	free := newHolidays(days(f.Holidays.Closed), days(f.Holidays.Open))
	r.l.bundle.Shared.Holiday = free.on
	out := map[string]*Team{}
	for _, name := range sortedKeys(f.Teams) {
		t, at := f.Teams[name], "teams."+name
		r.name(at, name)
		team := &Team{Name: name, Phone: t.Phone, Desk: t.Desk, Wait: 10 * time.Minute, Open: opener(nil, free)}
		team.Hours = r.text(at+".hours", "bode.team."+name+".hours", t.Hours)
		if spans, err := parseHours(t.Hours); err == nil {
			team.Open, team.OpenOn = opener(spans, free), dayOpener(spans, free)
		} else if t.Hours != "" {
			r.fault(at+".hours", "bad-hours", fmt.Sprintf(`%v zijn geen openingstijden. Schrijf ze als "ma-vr 09:00-17:00, za 10:00-12:00".`, err),
				fmt.Sprintf(`%v are no opening hours. Write them as "ma-vr 09:00-17:00, za 10:00-12:00" (Monday is ma).`, err))
		}
		if t.Wait != "" {
			team.Wait = r.wait(at+".wait", t.Wait)
		}
		out[name] = team
	}
	return out
}

func (r *sharedReader) wait(path, written string) time.Duration {
	d, err := time.ParseDuration(written)
	if err != nil || d <= 0 || d > 24*time.Hour {
		r.fault(path, "bad-duration", fmt.Sprintf(`%q is geen wachttijd. Schrijf bijvoorbeeld "10m" of "1h30m", hoogstens "24h".`, written),
			fmt.Sprintf(`%q is no waiting time. Write for instance "10m" or "1h30m", at most "24h".`, written))
	}
	return d
}

func (r *sharedReader) topics(f *sharedTOML) map[string]*Topic {
	out := map[string]*Topic{}
	for _, name := range sortedKeys(f.Topics) {
		t, at, id := f.Topics[name], "topics."+name, "bode.topic."+name
		r.name(at, name)
		for i, kept := range t.Keeps {
			r.name(fmt.Sprintf("%s.keeps.%d", at, i), kept)
		}
		out[name] = &Topic{
			Name: name, Keeps: t.Keeps, Night: t.Night, AskAgain: r.askAgain(at+".ask_again", t.AskAgain),
			Title: r.text(at+".title", id+".title", t.Title), Wording: r.text(at+".wording", id+".wording", t.Wording),
		}
	}
	return out
}

// askAgain reads "12 months": a year has 365 days here, a month the twelfth
// part of it. A consent that is never asked again is not asked for.
func (r *sharedReader) askAgain(path, written string) time.Duration {
	const day = 24 * time.Hour
	units := map[string]time.Duration{"day": day, "week": 7 * day, "month": 365 * day / 12, "year": 365 * day}
	number, unit, _ := strings.Cut(written, " ")
	n, err := strconv.Atoi(number)
	length := units[strings.TrimSuffix(unit, "s")]
	if written != "" && (err != nil || n < 1 || n > 1000 || length == 0) {
		r.fault(path, "bad-duration", fmt.Sprintf(`%q is geen termijn. Schrijf bijvoorbeeld "12 months", "2 years" of "90 days".`, written),
			fmt.Sprintf(`%q is no period. Write for instance "12 months", "2 years" or "90 days".`, written))
		return 0
	}
	return time.Duration(n) * length
}

func (r *sharedReader) facts(f *sharedTOML) map[string]*Fact {
	out := map[string]*Fact{}
	for _, name := range sortedKeys(f.Facts) {
		t, at, id := f.Facts[name], "facts."+name, "bode.fact."+name
		r.name(at, name)
		fact := &Fact{
			Owner: t.Owner, Source: t.Source, ValidUntil: t.ValidUntil.Time,
			Value: r.text(at+".value", id, t.Value), Fallback: r.text(at+".fallback", id+".fallback", t.Fallback),
		}
		if now := r.l.opts.At; !now.IsZero() && !t.ValidUntil.IsZero() && fact.Expired(now) {
			r.expired(at+".valid_until", "fact-expired", fmt.Sprintf("dit feit gold tot en met %s. Kijk het na bij %s.", t.ValidUntil.Format("2-1-2006"), t.Source),
				fmt.Sprintf("this fact held until %s. Check it at %s.", t.ValidUntil.Format(time.DateOnly), t.Source))
		}
		out[name] = fact
	}
	return out
}

// expired is a fault when publishing; a bundle that is live goes on, with the
// fallback sentence, and is warned about.
func (r *reader) expired(path, code, dutchSentence, englishSentence string) {
	r.l.fault(r.file, path, code, dutchSentence, englishSentence).Hint = !r.l.opts.Publishing
}

func (r *sharedReader) sentences(at, id string, list map[string]string) map[string]*text.Text {
	out := map[string]*text.Text{}
	for _, name := range sortedKeys(list) {
		r.name(at+"."+name, name)
		if t := r.text(at+"."+name, id+name, list[name]); t != nil {
			out[name] = t
		}
	}
	return out
}

func (r *sharedReader) crisis(i int, c *crisisTOML) Crisis {
	at := fmt.Sprintf("crisis.%d", i)
	r.name(at+".name", c.Name)
	r.wordList(at+".words", c.Words)
	until := c.ReviewedAt.AddDate(0, reviewLasts, 0)
	if now := r.l.opts.At; !now.IsZero() && !c.ReviewedAt.IsZero() && !now.Before(until) {
		r.expired(at+".reviewed_at", "review-expired", fmt.Sprintf("dit antwoord is het laatst nagekeken op %s. Doe dat elk jaar.", c.ReviewedAt.Format("2-1-2006")),
			fmt.Sprintf("this answer was last reviewed on %s. Do so every year.", c.ReviewedAt.Format(time.DateOnly)))
	}
	if now := r.l.opts.At; !now.IsZero() && c.ReviewedAt.After(now.AddDate(0, 0, 1)) { // or it would stand for longer than a year
		r.expired(at+".reviewed_at", "review-to-come", fmt.Sprintf("%s moet nog komen. Vul in wanneer dit antwoord is nagekeken.", c.ReviewedAt.Format("2-1-2006")),
			fmt.Sprintf("%s is still to come. Put when this answer was reviewed.", c.ReviewedAt.Format(time.DateOnly)))
	}
	return Crisis{Name: c.Name, Words: c.Words, ReviewedAt: c.ReviewedAt.Time, Answer: r.inline(at+".answer", "bode.crisis."+c.Name, c.Answer, r.l.bundle.Shared.Languages...)}
}

func (r *sharedReader) formal(i int, f *formalTOML) Formal {
	at := fmt.Sprintf("formal.%d", i)
	r.name(at+".name", f.Name)
	r.wordList(at+".words", f.Words)
	r.link(at+".link", f.Link)
	return Formal{Name: f.Name, Words: f.Words, Link: f.Link, Answer: r.inline(at+".answer", "bode.formal."+f.Name, f.Answer, dutch)}
}
