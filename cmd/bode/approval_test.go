package main

import "testing"

// What counts here wakes an operator (the alert BodeQuality).
func TestApproval_onlyAnApprovedTemplateIsNoAlarm(t *testing.T) {
	for notice, want := range map[string]bool{
		"message_template_status_update afval_herinnering nl APPROVED":           true,
		"message_template_status_update afval_herinnering nl REJECTED":           false,
		"message_template_status_update afval_herinnering nl PAUSED":             false,
		"message_template_status_update APPROVED nl REJECTED":                    false, // a template may be called anything
		"message_template_status_update afval_herinnering nl APPROVED SOMETHING": false,
		"account_review_update somebody nl APPROVED":                             false,
		"": false,
	} {
		if got := approval(notice); got != want {
			t.Errorf("%q: %v, want %v", notice, got, want)
		}
	}
}
