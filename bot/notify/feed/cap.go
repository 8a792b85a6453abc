package feed

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// capAlert is a CAP 1.2 alert, as far as it is used.
type capAlert struct {
	Identifier string    `xml:"identifier"`
	Sender     string    `xml:"sender"`
	Sent       string    `xml:"sent"`
	Status     string    `xml:"status"`
	MsgType    string    `xml:"msgType"`
	Scope      string    `xml:"scope"`
	Note       string    `xml:"note"`
	References string    `xml:"references"`
	Infos      []capInfo `xml:"info"`
}

type capInfo struct {
	Language    string    `xml:"language"`
	Event       string    `xml:"event"`
	Urgency     string    `xml:"urgency"`
	Severity    string    `xml:"severity"`
	Certainty   string    `xml:"certainty"`
	Effective   string    `xml:"effective"`
	Onset       string    `xml:"onset"`
	Expires     string    `xml:"expires"`
	SenderName  string    `xml:"senderName"`
	Headline    string    `xml:"headline"`
	Description string    `xml:"description"`
	Instruction string    `xml:"instruction"`
	Web         string    `xml:"web"`
	Areas       []capArea `xml:"area"`
}

type capArea struct {
	Name     string   `xml:"areaDesc"`
	Polygons []string `xml:"polygon"`
	Circles  []string `xml:"circle"`
	Codes    []struct {
		Name  string `xml:"valueName"`
		Value string `xml:"value"`
	} `xml:"geocode"`
}

// alert makes an entry of a CAP alert. What CAP requires has to be there. A
// test is not looked at further: it has to be known as one, and no more.
func (r Rule) alert(a capAlert, where string) Entry {
	e := Entry{Kind: Kind(strings.TrimSpace(a.MsgType)), Status: strings.TrimSpace(a.Status), Scope: strings.TrimSpace(a.Scope), Says: shown(a.Note), Where: where}
	if id := shown(a.Identifier); id != "" {
		e.Where += " " + id
	}
	if e.Err = a.missing(); e.Err != nil {
		return e
	}
	if e.ID, e.Err = a.id(); e.Err != nil || e.Status != "Actual" || e.Scope != "Public" {
		return e
	}
	for _, ref := range strings.Fields(a.References) {
		id, err := parseID(ref)
		if err != nil {
			e.Err = fmt.Errorf("references: %w", err)
			return e
		}
		e.References = append(e.References, id)
	}
	if len(a.Infos) > mostInfos {
		e.Err = fmt.Errorf("it has %d infos, more than %d", len(a.Infos), mostInfos)
		return e
	}
	for i, info := range a.Infos {
		read, err := r.info(info, e.ID.Sent)
		if err != nil {
			e.Err = fmt.Errorf("info %d: %w", i+1, err)
			return e
		}
		e.Infos = append(e.Infos, read)
	}
	return e
}

func (a capAlert) missing() error {
	for _, must := range []struct{ name, value string }{
		{"identifier", a.Identifier}, {"sender", a.Sender}, {"sent", a.Sent},
		{"status", a.Status}, {"msgType", a.MsgType}, {"scope", a.Scope},
	} {
		if strings.TrimSpace(must.value) == "" {
			return fmt.Errorf("%s is missing: CAP 1.2 requires it; ask who publishes it", must.name)
		}
	}
	return nil
}

func (a capAlert) id() (ID, error) {
	id := ID{Sender: strings.TrimSpace(a.Sender), Identifier: strings.TrimSpace(a.Identifier)}
	if !plainID(id.Sender) || !plainID(id.Identifier) {
		return id, fmt.Errorf("sender and identifier may hold no spaces, commas, quotes, < or &, and at most %d characters", longestID)
	}
	sent, err := moment(a.Sent)
	if err != nil {
		return id, fmt.Errorf("sent: %w", err)
	}
	id.Sent = sent
	return id, nil
}

// capLanguage is what CAP 1.2 says an info is in that does not say.
const capLanguage = "en"

func (r Rule) info(c capInfo, sent time.Time) (Info, error) {
	i := Info{
		Event: c.Event, Headline: c.Headline, Description: c.Description, Instruction: c.Instruction, Sender: c.SenderName, Web: strings.TrimSpace(c.Web),
		Urgency: strings.TrimSpace(c.Urgency), Severity: strings.TrimSpace(c.Severity), Certainty: strings.TrimSpace(c.Certainty),
		Language: language(c.Language), From: sent,
	}
	if i.Language == "" {
		i.Language = r.spoken(capLanguage)
	}
	if strings.TrimSpace(c.Event) == "" || i.Urgency == "" || i.Severity == "" {
		return i, errors.New("event, urgency or severity is missing: CAP 1.2 requires them; ask who publishes it")
	}
	for _, m := range []struct {
		name, written string
		at            *time.Time
	}{{"effective", c.Effective, &i.From}, {"onset", c.Onset, &i.From}, {"expires", c.Expires, &i.Until}} {
		if strings.TrimSpace(m.written) == "" {
			continue
		}
		at, err := moment(m.written)
		if err != nil {
			return i, fmt.Errorf("%s: %w", m.name, err)
		}
		*m.at = at
	}
	if len(c.Areas) > mostAreas {
		return i, fmt.Errorf("it has %d areas, more than %d", len(c.Areas), mostAreas)
	}
	for _, area := range c.Areas {
		place, err := area.place()
		if err != nil {
			return i, fmt.Errorf("area %q: %w", shown(area.Name), err)
		}
		i.Areas = append(i.Areas, place)
	}
	return i, nil
}

func (a capArea) place() (Place, error) {
	p := Place{Name: strings.TrimSpace(a.Name)}
	for _, written := range a.Polygons {
		ring, err := polygon(written)
		if err != nil {
			return p, err
		}
		p.Polygons = append(p.Polygons, ring)
	}
	for _, written := range a.Circles {
		c, err := circle(written)
		if err != nil {
			return p, err
		}
		p.Circles = append(p.Circles, c)
	}
	for _, code := range a.Codes {
		p.Codes = append(p.Codes, strings.ToUpper(strings.TrimSpace(code.Name)+":"+strings.TrimSpace(code.Value)))
	}
	return p, nil
}

// spoken is the language of what does not say which.
func (r Rule) spoken(usual string) string {
	if r.Language != "" {
		return r.Language
	}
	return usual
}

// language is the first part of a tag: nl of nl-NL and NL_be.
func language(tag string) string {
	tag = strings.ToLower(strings.TrimSpace(tag))
	if end := strings.IndexAny(tag, "-_"); end >= 0 {
		tag = tag[:end]
	}
	return tag
}
