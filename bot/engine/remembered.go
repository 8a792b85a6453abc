package engine

import "github.com/gemeentebode/bode/bot"

// Remembered gives what a conversation knows of a resident: what is kept for a
// next question, and the answers in the flow that is under way. One that
// cannot be read gives nothing.
func Remembered(conversation bot.Private) []bot.OwnAnswer {
	c, err := decode(conversation)
	if err != nil {
		return nil
	}
	var list []bot.OwnAnswer
	for _, v := range c.answers() {
		list = append(list, bot.OwnAnswer{Name: v.name, Value: bot.Value{Private: bot.Hide(v.raw)}})
	}
	return list
}
