package cloudapi

import (
	"regexp"
	"strings"

	"github.com/gemeentebode/bode/bot"
)

// accountNews are the webhook fields about the account, its numbers and its
// templates: for the operator.
var accountNews = map[string]bool{
	"account_alerts": true, "account_review_update": true, "account_update": true,
	"business_capability_update": true, "business_status_update": true,
	"message_template_components_update": true, "message_template_quality_update": true,
	"message_template_status_update": true, "payment_configuration_update": true,
	"phone_number_name_update": true, "phone_number_quality_update": true,
	"security": true, "template_category_update": true, "template_correct_category_detection": true,
}

// news holds what is worth telling of those fields. None of it is about a person.
type news struct {
	Template    loose `json:"message_template_name"`
	Language    loose `json:"message_template_language"`
	Event       loose `json:"event"`
	Decision    loose `json:"decision"`
	Category    loose `json:"new_category"`
	Given       loose `json:"message_template_category"`
	Correct     loose `json:"correct_category"` // what it is going to be, unless somebody appeals
	Quality     loose `json:"new_quality_score"`
	Reason      loose `json:"reason"`
	AlertType   loose `json:"alert_type"`
	Limit       loose `json:"current_limit"`
	DailyPhone  loose `json:"max_daily_conversation_per_phone"`
	DailyWhole  loose `json:"max_daily_conversations_per_business"`
	Restriction []struct {
		Type loose `json:"restriction_type"`
	} `json:"restriction_info"`
	Violation struct {
		Type loose `json:"violation_type"`
	} `json:"violation_info"`
	Ban struct {
		State loose `json:"waba_ban_state"`
	} `json:"ban_info"`
}

// news tells the operator in one line: the field and the platform's own words
// for what happened. Other accounts behind the same webhook are not ours.
func (d *decoding) news(waba loose, c *change) {
	if d.config.WABAID != "" && string(waba) != d.config.WABAID {
		d.count("account", "other")
		return
	}
	n := &c.Value.news
	words := []loose{loose(c.Field), n.Template, n.Language, n.Event, n.Decision, n.Category, n.Correct, n.Quality,
		n.Reason, n.AlertType, n.Limit, n.DailyPhone, n.DailyWhole, n.Violation.Type, n.Ban.State}
	for _, r := range n.Restriction {
		words = append(words, r.Type)
	}
	d.out.Notices = append(d.out.Notices, line(words))
	d.template(c.Field, n)
}

// template notes what changes which templates may be sent. A template that is
// only going to be moved to another category is used until it is.
func (d *decoding) template(field string, n *news) {
	out := bot.TemplateStatus{Name: string(n.Template), Language: string(n.Language)}
	switch field {
	case "message_template_status_update":
		out.Status, out.Category = string(n.Event), strings.ToUpper(string(n.Given))
		if out.Status == "REINSTATED" || out.Status == "UNARCHIVED" {
			out.Status = bot.TemplateApproved
		}
	case "template_category_update":
		out.Category = strings.ToUpper(string(n.Category))
	}
	if templateName.MatchString(out.Name) && wordShape.MatchString(out.Language) && wordShape.MatchString(out.Status+out.Category) {
		d.out.Templates = append(d.out.Templates, out)
	}
}

var templateName = regexp.MustCompile(`^[a-z0-9_]{1,512}$`)

var wordShape = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,64}$`)

// line joins the words that look like the platform's constants and names.
func line(words []loose) string {
	var out []string
	for _, w := range words {
		if wordShape.MatchString(string(w)) && w != "NONE" {
			out = append(out, string(w))
		}
	}
	return strings.Join(out, " ")
}
