package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/bot/flow"
)

const heatWording = "Gemeente Voorbeeldstad stuurt mij via WhatsApp berichten over gezondheid."

// optIns writes a web form's file: n rows, of which one in a hundred is bad,
// in the ways that rows are. It tells on which lines those stand.
func (in *installation) optIns(n int) (path string, bad []int) {
	in.t.Helper()
	path = filepath.Join(in.dir, "opt-ins.csv")
	var out strings.Builder
	out.WriteString("\ufefftelefoon;toestemmingstekst;gegeven op;kenmerk;postcode;naam\r\n")
	wrong := []string{
		"geen nummer;\"" + heatWording + "\";2026-10-01 14:30;WF-%d;3511LN;Jansen", "06-12345;\"" + heatWording + "\";2026-10-01 14:30;WF-%d;3511;Jansen",
		"111222333;\"" + heatWording + "\";2026-10-01 14:30;WF-%d;3511LN;Jansen", "0612345678;\"" + heatWording + "\";gisteren;WF-%d;3511LN;Jansen",
		"0612345678;\"" + heatWording + "\";2099-01-01;WF-%d;3511LN;Jansen", "0612345678;\"" + heatWording + "\";2026-10-01;WF-%d;35;Jansen",
		"0612345678;te weinig waarden;%d",
	}
	for i := range n {
		if i%100 == 37 {
			bad = append(bad, i+2) // the first line names the columns
			fmt.Fprintf(&out, wrong[len(bad)%len(wrong)]+"\r\n", i)
			continue
		}
		fmt.Fprintf(&out, "06-%08d;\"%s\";2026-10-%02d 14:30;WF-%d;%d LN;Jansen\r\n", 20000000+i, heatWording, 1+i%28, i, 1000+i%9000)
	}
	in.write("opt-ins.csv", out.String())
	return path, bad
}

// consents runs a consent command and gives what it printed.
func (in *installation) consents(want int, args ...string) (out, errs string) {
	in.t.Helper()
	args = append(append([]string{"consent"}, args...), "--config", filepath.Join(in.dir, "config.toml"))
	code, out, errs := command(in.t, "", args...)
	if code != want {
		in.t.Fatalf("bode %s: exit %d, want %d\n%s%s", strings.Join(args, " "), code, want, out, errs)
	}
	return out, errs
}

// reported reads a report: the result per line of the file.
func (in *installation) reported(name string) (results map[int]string, text string) {
	in.t.Helper()
	data, err := os.ReadFile(filepath.Join(in.dir, name))
	if err != nil {
		in.t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil {
		in.t.Fatal(err)
	}
	results = map[int]string{}
	for _, row := range rows[1:] {
		line, _ := strconv.Atoi(row[0])
		results[line] = row[2]
	}
	return results, string(data)
}

func of(results map[int]string, result string) (lines []int) {
	for line, got := range results {
		if got == result {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return lines
}

// rows counts what an import can touch.
func (in *installation) importCounts() string {
	in.t.Helper()
	var all []string
	for _, table := range []string{"resident", "subscription", "pending", "consent"} {
		var n int
		if err := in.sql().Get(&n, `SELECT count(*) FROM `+table); err != nil {
			in.t.Fatal(err)
		}
		all = append(all, fmt.Sprint(table, " ", n))
	}
	return strings.Join(all, ", ")
}

// importRows is how many rows the import is tried with; BODE_TEST_FULL=1: 100,000.
func importRows() int {
	if os.Getenv("BODE_TEST_FULL") == "1" {
		return 100_000
	}
	return 1_000
}

func TestConsentImport_killedInTheMiddleGoesOnAndAgainHasNoEffect(t *testing.T) {
	eachInstallation(t, func(t *testing.T, in *installation) {
		n := importRows()
		path, bad := in.optIns(n)
		args := []string{"import", path, "--topic", "gezondheid", "--report"}

		begun := time.Now()
		in.consents(exitFaults, append(args, filepath.Join(in.dir, "dry.csv"), "--dry-run")...)
		if got := in.importCounts(); got != "resident 0, subscription 0, pending 0, consent 0" {
			t.Fatalf("the dry run left %s", got)
		}
		t.Logf("%d rows, dry: %v", n, time.Since(begun).Round(time.Millisecond))

		begun = time.Now()
		in.killedImport(path)
		killed := in.importCounts()
		if killed == "resident 0, subscription 0, pending 0, consent 0" || strings.HasPrefix(killed, fmt.Sprint("resident ", n-len(bad))) {
			t.Fatalf("it was not killed in the middle: %s", killed)
		}
		t.Logf("killed after %v: %s", time.Since(begun).Round(time.Millisecond), killed)

		begun = time.Now()
		out, errs := in.consents(exitFaults, append(args, filepath.Join(in.dir, "wet.csv"))...)
		t.Logf("the rest: %v\n%s", time.Since(begun).Round(time.Millisecond), out)
		if !strings.Contains(errs, "100 %") || !strings.Contains(errs, "These columns are not read: naam") {
			t.Errorf("no progress: %.300q", errs)
		}
		all := fmt.Sprintf("resident %d, subscription %[1]d, pending 0, consent %[1]d", n-len(bad))
		if got := in.importCounts(); got != all {
			t.Fatalf("%s, want %s", got, all)
		}
		dry, text := in.reported("dry.csv")
		wet, _ := in.reported("wet.csv")
		if !slices.Equal(of(dry, "bad"), bad) || !slices.Equal(of(wet, "bad"), bad) || len(of(dry, "stands")) != n-len(bad) || len(dry) != n {
			t.Fatalf("the reports name %d and %d bad lines of %d", len(of(dry, "bad")), len(of(wet, "bad")), len(bad))
		}
		if len(of(wet, "already")) == 0 || len(of(wet, "already"))+len(of(wet, "stands")) != n-len(bad) {
			t.Fatalf("after the kill: %d already, %d new", len(of(wet, "already")), len(of(wet, "stands")))
		}
		for _, secret := range []string{"20000001", "111222333", "Jansen", "geen nummer", "WF-"} {
			if strings.Contains(text+out+errs, secret) {
				t.Errorf("%q is shown", secret)
			}
		}

		begun = time.Now()
		in.consents(exitFaults, append(args, filepath.Join(in.dir, "again.csv"))...)
		t.Logf("again: %v", time.Since(begun).Round(time.Millisecond))
		again, _ := in.reported("again.csv")
		if got := in.importCounts(); got != all || len(of(again, "already")) != n-len(bad) {
			t.Fatalf("the second time: %s", got)
		}
	})
}

// halfway is a progress of 20 % to 89 %.
var halfway = regexp.MustCompile(`, +[2-8][0-9] %`)

// killedImport starts an import as a process and kills it in the middle.
func (in *installation) killedImport(path string) {
	in.t.Helper()
	cmd := exec.Command(os.Args[0], "consent", "import", path, "--topic", "gezondheid", "--config", filepath.Join(in.dir, "config.toml"))
	cmd.Env = append(os.Environ(), asBode+"=1")
	errs, err := cmd.StderrPipe()
	if err != nil {
		in.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		in.t.Fatal(err)
	}
	var said strings.Builder
	for buffer := make([]byte, 512); !halfway.MatchString(said.String()); {
		n, err := errs.Read(buffer)
		said.Write(buffer[:n])
		if err != nil {
			break
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		in.t.Fatalf("it ended by itself: %s", said.String())
	}
	_ = cmd.Wait()
}

// rules are those of a town with a topic that keeps an address and one that keeps four digits.
func rules(t *testing.T) importRules {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return importRules{municipality: []string{"Gemeente Voorbeeldstad"}, topic: "afval", zone: zone, now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC),
		topics: map[string]*flow.Topic{"afval": {Name: "afval", Keeps: []string{"address"}}, "hitte": {Name: "hitte", Keeps: []string{"postcode4"}}, "werk": {Name: "werk", Keeps: []string{"street_name"}}}}
}

func TestConsentRow_whatIsWrongInPlainWords(t *testing.T) {
	head := "phone,topic,wording,given_at,reference,language,postcode,number,letter,addition,bag_id\n"
	for row, want := range map[string]string{
		`06-12345678,,Gemeente Voorbeeldstad mag,2026-10-01 14:30,WF-1,nl,3511LN,12,,,`:                      "",
		`06-12345678,,"Gemeente  voorbeeldstad mag",1-10-2026,WF-1,,3511 ln,12,a,bis,0344200000012345`:       "",
		`06-12345678,,Iemand mag,2026-10-01 14:30,WF-1,nl,3511LN,12,,,`:                                      "waits: asked in the next chat: the wording does not name Gemeente Voorbeeldstad",
		`06-12345678,,,,,nl,3511LN,12,,,`:                                                                    "waits: asked in the next chat: there is no wording, given_at is empty, there is no reference",
		`06-12345678,,Gemeente Voorbeeldstad mag,2026-10-01 14:30,111222333,nl,3511LN,12,,,`:                 "waits: asked in the next chat: there is no reference; bsn was taken out of reference",
		`06-12345678,,Gemeente Voorbeeldstad mag,2026-10-01 14:30,WF-1 NL91ABNA0417164300,,3511LN,1,,,`:      "; iban was taken out of reference",
		`111222333,,Gemeente Voorbeeldstad mag,2026-10-01 14:30,WF-1,nl,3511LN,12,,,`:                        "bad: phone: it is not a phone number: write digits, as in 06 12345678 or +31 6 12345678; bsn was taken out of phone",
		`612345678,,x,,,nl,3511LN,12,,,`:                                                                     "bad: phone: it begins with no 0",
		`06-12345678,grofvuil,x,,,nl,3511LN,12,,,`:                                                           "bad: topic: the live flows have no such topic; they have afval, hitte, werk",
		`06-12345678,werk,x,,,nl,3511LN,12,,,`:                                                               `bad: the topic keeps "street_name", which an import cannot bring`,
		`06-12345678,,x,,,nl,3511,12,,,`:                                                                     "bad: postcode: the topic keeps an address",
		`06-12345678,hitte,x,,,nl,3511,,,,`:                                                                  "waits: asked",
		`06-12345678,,x,,,nl,3511LN,12a,,,`:                                                                  "bad: number: ",
		`06-12345678,,x,,,nl,3511LN,12,ab,,`:                                                                 "bad: letter: ",
		`06-12345678,,x,,,nl,3511LN,12,,abcde,`:                                                              "bad: addition: ",
		`06-12345678,,x,,,nl,3511LN,12,,,3,44E+14`:                                                           "bad: it has 12 values, and there are 11 columns",
		`06-12345678,,x,,,nl,3511LN,12,,,3.44E+14`:                                                           "bad: bag_id: ",
		`06-12345678,,x,,,Nederlands,3511LN,12,,,`:                                                           "bad: language: ",
		`06-12345678,,x,01/10,,nl,3511LN,12,,,`:                                                              "bad: given_at: write it as",
		`06-12345678,,x,2026-11-20 13:00:01,,nl,3511LN,12,,,`:                                                "bad: given_at: it is in the future",
		"06-12345678,,x\x00y,,,nl,3511LN,12,,,":                                                              "bad: wording: it holds characters",
		"06-12345678,,caf\xe9,,,nl,3511LN,12,,,":                                                             "bad: wording: it is not in UTF-8",
		`06-12345678,,` + strings.Repeat("x", 4097) + `,,,nl,3511LN,12,,,`:                                   "bad: wording: it is longer than 4096",
		`06-12345678,,Ik (06-87654321) laat Gemeente Voorbeeldstad,2026-10-01,WF-1,nl,3511LN,12,,,`:          "bad: wording: it holds a phone number",
		`06-12345678,,"Ik, w@planting.example, laat Gemeente Voorbeeldstad",2026-10-01,WF-1,nl,3511LN,12,,,`: "bad: wording: it holds a phone number",
		`06-12345678,,Gemeente Voorbeeldstad mag vanaf 01-10-2026 14:30 tot 31-12-2030. Stoppen: 14 030 of 3511LN 12,2026-10-01,WF,nl,3511LN,12,,,`: "",
		`06-12345678,,a"b,,,nl,3511LN,12,,,`: "bad: a quotation mark is not in its place",
	} {
		file, err := readConsents(strings.NewReader(head+row+"\n"), rules(t))
		if err != nil {
			t.Fatal(err)
		}
		rows, _ := file.some(10)
		if len(rows) != 1 || rows[0].line != 2 {
			t.Fatalf("%s: %d rows", row, len(rows))
		}
		got := rows[0]
		if got.result == "" && got.reason != "" {
			got.result = "waits"
		}
		said := strings.TrimSpace(got.result + ": " + got.reasonFor())
		if got.result == "" {
			said = got.reasonFor()
			if want = strings.TrimPrefix(want, "; "); got.row.Given.IsZero() {
				t.Errorf("%.60s: no evidence", row)
			}
		}
		if want == "" && said != "" || !strings.HasPrefix(said, want) {
			t.Errorf("%.60s:\n%s\nwant %s", row, said, want)
		}
	}
}

func TestConsentRow_keepsWhatTheTopicKeepsAndNoMore(t *testing.T) {
	head := "phone;topic;given_at;straat;postcode;number;letter;bag_id\n"
	file, err := readConsents(strings.NewReader(head+"0612345678;afval;2026-07-01 14:30;Domplein;3511ln;12;a;0344200000012345\n0612345678;hitte;;Domplein;3511LN;12;a;0344200000012345\n"), rules(t))
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := file.some(10)
	address, digits := rows[0].row.Consent, rows[1].row.Consent
	if got, want := address.About.Reveal(), `{"address":{"addition":"","bag_id":"0344200000012345","city":"","label":"Domplein 12A","letter":"A","number":12,"postcode":"3511LN","street":"Domplein"}}`; got != want || address.Postcode4 != "3511" || address.BagID.Empty() {
		t.Errorf("%s %s", got, address.Postcode4)
	}
	if got := digits.About.Reveal(); got != `{"postcode4":"3511"}` || !digits.BagID.Empty() || digits.Postcode4 != "3511" {
		t.Errorf("four digits: %s %s", got, digits.Postcode4)
	}
	if rows[0].ends != "…78" || rows[0].row.Phone.Reveal() != "31612345678" {
		t.Errorf("%s", rows[0].ends)
	}
}

func TestConsentRow_momentsAreDutchTimeOverBothClockChanges(t *testing.T) {
	r := rules(t)
	for text, want := range map[string]string{
		"2026-03-29 01:59": "2026-03-29T00:59:00Z", "2026-03-29 03:00": "2026-03-29T01:00:00Z", "25-10-2026 01:59": "2026-10-24T23:59:00Z", "25-10-2026 03:01": "2026-10-25T02:01:00Z",
		"2026-10-25T02:30:00+01:00": "2026-10-25T01:30:00Z", "1/7/2026": "2026-06-30T22:00:00Z", "2026-07-01T12:00:00Z": "2026-07-01T12:00:00Z",
	} {
		got, err := r.moment(text)
		if err != nil || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%s: %v %v, want %s", text, got.UTC(), err, want)
		}
	}
}

func TestConsentFile_refusedBeforeARowIsRead(t *testing.T) {
	for text, want := range map[string]string{
		"": "is empty", "0612345678;Jansen\n": "the first line must name the columns", "phone;telefoon\n": "two columns are the phone", "\xff\xfep\x00": "UTF-16",
		"phone\n": "", "phone,topic\r0612345678,hitte\r": "no text", "phone,\x1b[2J\n": "no text", "phone\x00,topic\n": "no text",
	} {
		_, err := readConsents(strings.NewReader(text), rules(t))
		if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "0612345678")) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestConsentFile_aQuotationMarkThatIsNotClosedDoesNotTakeTheMemory(t *testing.T) {
	file, err := readConsents(strings.NewReader("phone;wording\n0612345678;\"open\n"+strings.Repeat("0612345678;x\n", 100_000)), rules(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.some(10); err == nil || !strings.Contains(err.Error(), "a quotation mark was not closed") {
		t.Fatal(err)
	}
}

func TestConsentFile_aRowThatNeverEndsIsSaidWhereverItBegins(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	for _, row := range []string{`"` + long + `",2`, long + ",2", `0612345678,"` + long + `"`} {
		file, err := readConsents(strings.NewReader("phone,topic\n"+row+"\n"), rules(t))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.some(10); err == nil || !strings.Contains(err.Error(), "after line 1: a row is longer") {
			t.Errorf("%.20s: %v", row, err)
		}
	}
}

// The ledger keeps the words that were agreed to after an erasure.
func TestConsentFile_aWordingThatSaysWhoseItIsIsRefused(t *testing.T) {
	file, err := readConsents(strings.NewReader("phone;Achternaam;wording;topic;postcode\n0612345678;Van Planting;Ik, W. van Planting, laat Gemeente Voorbeeldstad;hitte;3511\n0612345678;Stad;Gemeente Voorbeeldstad mag;hitte;3511\n"), rules(t))
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := file.some(10)
	if rows[0].result != bad || strings.Contains(rows[0].reason, "Planting") || rows[1].result == bad {
		t.Errorf("%+v", rows)
	}
}

func TestInCell_noTextIsAFormula(t *testing.T) {
	for text, safe := range map[string]bool{"": true, "a=b": true, "06": true, "=1": false, " =1": false, "\ufeff=1": false, "+1": false, " \u200b-1": false, "@x": false, "＝1": false, "−1": false, "\tx": false, "\n=1": false, "|x": false} {
		if got := inCell(text); (got == text) != safe {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestHoldsPhone(t *testing.T) {
	for text, want := range map[string]bool{"06-12345678": true, "bel 06 12 34 56 78 12 uur": true, "+31 (0)6 12345678": true, "0031612345678": true, "31612345678": true, "+32 470 12 34 56": true, "030-1234567": true,
		"": false, "verzoek 2026-17": false, "zaak 0344-2026-000123": false, "01-10-2026 14:30": false, "14 030": false, "WF-20261001": false, "3511LN 12": false, "0344200000012345": false} {
		if holdsPhone(text) != want {
			t.Errorf("%q: want %v", text, want)
		}
	}
}

func TestConsentImport_commandLine(t *testing.T) {
	in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{})
	in.write("in.csv", "phone,wording,given_at,reference,postcode\n0612345678,"+heatWording+",2026-10-01,WF-1,3511\n0687654321,,,,3511\n06,,,,3511\n")
	file := filepath.Join(in.dir, "in.csv")
	if _, errs := in.consents(exitUse, "import", file); !strings.Contains(errs, "give --topic") {
		t.Error(errs)
	}
	if _, errs := in.consents(exitUse, "import", file, "--topic", "afvall"); !strings.Contains(errs, "choose one of") {
		t.Error(errs)
	}
	if _, errs := in.consents(exitUse, "import", in.dir); !strings.Contains(errs, "is a folder") {
		t.Error(errs)
	}
	dry, _ := in.consents(exitFaults, "import", file, "--topic", "gezondheid", "--dry-run", "--report", filepath.Join(in.dir, "dry.csv"))
	if !strings.Contains(dry, "Dry run: nothing was changed") || in.importCounts() != "resident 0, subscription 0, pending 0, consent 0" {
		t.Error(dry, in.importCounts())
	}
	out, _ := in.consents(exitFaults, "import", file, "--topic", "gezondheid")
	_, planned := in.reported("dry.csv")
	if want := "line,phone,result,reason\n2,…78,stands,\n3,…21,waits,\"asked in the next chat: there is no wording, given_at is empty, there is no reference\"\n4,,bad,"; !strings.HasPrefix(planned, want) {
		t.Errorf("the dry report: %s", planned)
	}
	for _, want := range []string{"line 4: phone: a phone number has 8 to 15 digits", "3 rows", "1 stand by", "1 wait:", "1 bad:"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in %s", want, out)
		}
	}
	out, _ = in.consents(exitGood, "export")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 2 || !strings.Contains(lines[1], ",gezondheid,true,import,") || !strings.Contains(lines[1], "2026-09-30T22:00:00Z") || strings.Contains(out, "WF-1") {
		t.Errorf("the ledger: %s", out)
	}
	if _, errs := in.consents(exitUse, "export", "--phone", "0612345678"); !strings.Contains(errs, "--reason") {
		t.Error(errs)
	}
	if one, _ := in.consents(exitGood, "export", "--phone", "06-12345678", "--reason", "verzoek om inzage"); one != out {
		t.Errorf("of one: %s", one)
	}
	var looks int
	if err := in.sql().Get(&looks, `SELECT count(*) FROM audit WHERE pseudonym IS NOT NULL AND reason = 'verzoek om inzage'`); err != nil || looks != 1 {
		t.Errorf("%d looks, %v", looks, err)
	}
	if _, errs := in.consents(exitFaults, "export", "--receipt", "AAAAA-BBBBB"); !strings.Contains(errs, "nobody is known by that") {
		t.Error(errs)
	}
}

func TestConsentWithdraw_commandLine(t *testing.T) {
	in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{})
	in.write("in.csv", "phone,wording,given_at,reference,postcode\n0612345678,"+heatWording+",2026-10-01,WF-1,3511\n0687654321,,,,3511\n")
	in.consents(exitGood, "import", filepath.Join(in.dir, "in.csv"), "--topic", "gezondheid")
	withdraw := func(want int, phone string, args ...string) string {
		out, errs := in.consents(want, append([]string{"withdraw", "--phone", phone, "--reference", "zaak 9"}, args...)...)
		return out + errs
	}
	for _, step := range []struct{ got, want string }{
		{withdraw(exitUse, "06-12345678", "--topic", "hitte"), "there is no topic"},
		{withdraw(exitUse, "6"), "--phone: "},
		{withdraw(exitGood, "+31 6 12345678", "--topic", "gezondheid"), "1 subscriptions ended, 0 that waited"},
		{withdraw(exitGood, "06-87654321"), "0 subscriptions ended, 1 that waited"},
		{withdraw(exitGood, "06-11111111"), "Nobody here has this number"},
	} {
		if !strings.Contains(step.got, step.want) {
			t.Errorf("%s, want %s", step.got, step.want)
		}
	}
	if out, _ := in.consents(exitGood, "import", filepath.Join(in.dir, "in.csv"), "--topic", "gezondheid"); !strings.Contains(out, "2 not taken in: withdrawn since") {
		t.Error(out)
	}
	if got := in.importCounts(); got != "resident 2, subscription 0, pending 0, consent 3" {
		t.Error(got)
	}
}

func TestConsentImport_leavesNothingInClearAndNoIdentifierAtAll(t *testing.T) {
	eachInstallation(t, func(t *testing.T, in *installation) {
		in.write("planted.csv", "phone,wording,given_at,reference,postcode,straat\n"+
			"06-98765432,\"Gemeente Voorbeeldstad stuurt mij berichten over ZoekwoordWoorden, bsn 111222333\",2026-10-01,\"ZoekwoordKenmerk NL91ABNA0417164300\",3511LN,ZoekwoordStraat\n"+
			"999990019,wording,2026-10-01,4111 1111 1111 1111,3511LN,x\n"+
			"06-87654329,,,ZoekwoordWacht 999993653,3511LN,x\n")
		out, errs := in.consents(exitFaults, "import", filepath.Join(in.dir, "planted.csv"), "--topic", "gezondheid", "--report", filepath.Join(in.dir, "report.csv"))
		in.consents(exitGood, "withdraw", "--phone", "0698765431", "--reference", "ZoekwoordZaak 111222333")
		ledger, _ := in.consents(exitGood, "export")
		_, report := in.reported("report.csv")
		in.write("planted.csv", "")
		everything := map[string][]byte{"output": []byte(out + errs), "report": []byte(report), "ledger": []byte(ledger)}
		in.databaseFiles(everything)
		for name, data := range everything {
			for _, needle := range []string{"111222333", "NL91ABNA0417164300", "4111 1111 1111 1111", "4111111111111111", "999990019", "999993653",
				"698765432", "98765432", "687654329", "698765431", "ZoekwoordKenmerk", "ZoekwoordStraat", "ZoekwoordWacht", "ZoekwoordZaak"} {
				if form := found(data, needle); form != "" {
					t.Errorf("%s holds %q as %s", name, needle, form)
				}
			}
		}
		if found([]byte(ledger), "ZoekwoordWoorden, bsn [bsn]") == "" {
			t.Errorf("the search does not find what stands in the ledger: %s", ledger)
		}
	})
}
