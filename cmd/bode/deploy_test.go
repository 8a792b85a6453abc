package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

func deployed(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

type alertRule struct {
	Alert       string
	Expr        string
	For         string
	Labels      map[string]string
	Annotations map[string]string
}

func alertRules(t *testing.T) (rules []alertRule) {
	t.Helper()
	var file struct {
		Groups []struct {
			Name  string
			Rules []alertRule
		}
	}
	if err := yaml.Unmarshal([]byte(deployed(t, "alerts.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	for _, g := range file.Groups {
		rules = append(rules, g.Rules...)
	}
	if len(rules) < 20 {
		t.Fatalf("%d rules were read", len(rules))
	}
	return rules
}

// dashboardQueries gives every query of the dashboard, by its panel.
func dashboardQueries(t *testing.T) map[string][]string {
	t.Helper()
	var board struct {
		Panels []struct {
			Title   string
			Type    string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(deployed(t, "dashboard.json")), &board); err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			found[p.Title] = append(found[p.Title], target.Expr)
		}
		if p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("panel %q asks nothing", p.Title)
		}
	}
	return found
}

var (
	queriedMetric = regexp.MustCompile(`\b(?:bode|process|go)_[a-z_]+\b`)
	queriedLabels = regexp.MustCompile(`(bode_[a-z_]+)\{([^}]*)\}`)
	matcherLabel  = regexp.MustCompile(`([a-z_]+)(?:=~|!~|!=|=)"`)
)

// Every metric that an alert or the dashboard asks for, with the labels that it
// asks for, is exported by a service that runs.
func TestDeploy_everyMetricThatIsWatchedIsExported(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		p := in.serve()
		in.fake.SetCallback(p.webhook())
		in.fake.Script(fakegraph.Fault{To: person(822).Key(), Code: 131026, Times: -1})
		for _, n := range []int{821, 822} {
			body, _ := in.fake.Inbound(person(n), time.Now(), fakegraph.Text("wie ben jij"))
			if code := in.post(p.webhook(), body, ""); code != 200 {
				t.Fatal(code)
			}
		}
		var page string
		eventually(t, time.Minute, "an answer is sent, and one refused", func() bool {
			_, page = p.get("/metrics")
			return strings.Contains(page, `bode_answer_latency_seconds_count 1`) && strings.Contains(page, `bode_platform_errors_total{code="131026"}`)
		})
		for where, queries := range watchedQueries(t) {
			for _, query := range queries {
				for _, name := range queriedMetric.FindAllString(query, -1) {
					if !regexp.MustCompile(`(?m)^` + name + `[{ ]`).MatchString(page) {
						t.Errorf("%s: %s is not exported", where, name)
					}
				}
				for _, m := range queriedLabels.FindAllStringSubmatch(query, -1) {
					for _, label := range matcherLabel.FindAllStringSubmatch(m[2], -1) {
						if label[1] != "job" && !regexp.MustCompile(`(?m)^`+m[1]+`\{[^}]*\b`+label[1]+`="`).MatchString(page) {
							t.Errorf("%s: %s has no label %s", where, m[1], label[1])
						}
					}
				}
			}
		}
		config, _ := os.ReadFile(filepath.Join(in.dir, "config.toml"))
		in.write("health.toml", strings.ReplaceAll(string(config), `internal = "127.0.0.1:0"`, `internal = "`+strings.TrimPrefix(p.internal, "http://")+`"`))
		if code, out, errs := command(t, "", "health", "--config", filepath.Join(in.dir, "health.toml")); code != exitGood || !strings.HasPrefix(out, "ready") {
			t.Errorf("bode health: exit %d %s%s", code, out, errs)
		}
		for _, personal := range []string{person(821).Phone, person(821).UserID, "wamid"} {
			if strings.Contains(page, personal) {
				t.Errorf("the metrics hold %q", personal)
			}
		}
	})
}

// watchedQueries is every query, by where it stands.
func watchedQueries(t *testing.T) map[string][]string {
	all := dashboardQueries(t)
	for _, rule := range alertRules(t) {
		all[rule.Alert] = []string{rule.Expr}
	}
	return all
}

func TestDeploy_queriesAreWellFormed(t *testing.T) {
	for where, queries := range watchedQueries(t) {
		for _, query := range queries {
			if err := balanced(query); err != "" {
				t.Errorf("%s: %s in %s", where, err, query)
			}
		}
	}
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Log("no promtool here: names and brackets only")
		return
	}
	if out, err := exec.Command(promtool, "check", "rules", "deploy/alerts.yaml").CombinedOutput(); err != nil {
		t.Errorf("promtool: %v\n%s", err, out)
	}
}

// balanced says what is wrong with the brackets and quotes of a query.
func balanced(query string) string {
	var open []rune
	quoted := false
	pairs := map[rune]rune{')': '(', '}': '{', ']': '['}
	for _, r := range query {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case strings.ContainsRune("({[", r):
			open = append(open, r)
		case pairs[r] != 0:
			if len(open) == 0 || open[len(open)-1] != pairs[r] {
				return "a bracket that nothing opened"
			}
			open = open[:len(open)-1]
		}
	}
	if quoted || len(open) > 0 {
		return "a bracket or quote that nothing closes"
	}
	return ""
}

func TestDeploy_everyAlertSaysWhatToDo(t *testing.T) {
	runbook := deployed(t, "RUNBOOK.md")
	rules := alertRules(t)
	for _, rule := range rules {
		if rule.Annotations["summary"] == "" || rule.Annotations["description"] == "" || rule.Labels["severity"] == "" {
			t.Errorf("%s: summary, description or severity is empty", rule.Alert)
		}
		if want := "cmd/bode/deploy/RUNBOOK.md#" + strings.ToLower(rule.Alert); rule.Annotations["runbook"] != want {
			t.Errorf("%s: runbook is %q, want %q", rule.Alert, rule.Annotations["runbook"], want)
		}
		_, text, found := strings.Cut(runbook, "\n## "+rule.Alert+"\n")
		text, _, _ = strings.Cut(text, "\n## ")
		for _, part := range []string{"**Cause**", "**How to see**", "**What to do**"} {
			if !found || !strings.Contains(text, part) {
				t.Errorf("%s: the runbook has no %s", rule.Alert, part)
			}
		}
	}
	for _, heading := range regexp.MustCompile(`(?m)^## (\w+)$`).FindAllStringSubmatch(runbook, -1) {
		if !slices.ContainsFunc(rules, func(r alertRule) bool { return r.Alert == heading[1] }) {
			t.Errorf("the runbook tells of %s, and there is no such alert", heading[1])
		}
	}
}
