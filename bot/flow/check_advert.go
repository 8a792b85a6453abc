package flow

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/bot/text"
)

// adverts proves that what is sent unasked is service, in any language: the
// texts of notifications and notices (which are their templates' too), and
// what a resident consents to.
func (c *checker) adverts() {
	for _, g := range c.graphs {
		for i, n := range g.flow.Notifications {
			for _, t := range n.texts() {
				c.advertText(g.key("notifications."+strconv.Itoa(i)+"."+t.key), t.text)
			}
		}
	}
	for _, t := range c.sharedTexts() {
		if strings.HasPrefix(t.path, "topics.") {
			c.advertText(inShared(t.path), t.text)
		}
	}
	for _, n := range c.b.Notices {
		c.advert(noticeSpot(n, "title"), n.Title)
		c.advertText(noticeSpot(n, "text"), n.Text)
	}
}

func (c *checker) advertText(at spot, t *text.Text) {
	if t == nil {
		return
	}
	for _, language := range sortedKeys(t.ByLanguage) {
		c.advert(c.inLanguage(at, t, language), c.asRead(t.ByLanguage[language].Source(), language))
	}
}

func (c *checker) advert(at spot, source string) {
	if word, why, found := privacy.Advertises(source); found {
		c.fault(at, "advertises", fmt.Sprintf("%q hoort niet in een bericht van de gemeente: %s.", word, why.Dutch),
			fmt.Sprintf("%q does not belong in a message of the municipality: %s.", word, why.English))
	}
}
