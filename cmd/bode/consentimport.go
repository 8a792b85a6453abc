package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/store"
)

type consentImportCmd struct {
	File   string `arg:"" help:"The CSV file, with the names of the columns on its first line." type:"path"`
	Topic  string `help:"The topic of rows that name none."`
	DryRun bool   `help:"Say what would become of each row, and change nothing."`
	Report string `help:"Write what became of each row to this CSV file." type:"path"`
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
}

// Help is what bode consent import --help says more.
func (*consentImportCmd) Help() string {
	return `The file is CSV in UTF-8, with commas or semicolons. The first line names the
columns, in any order:

  phone        06-12345678 or +31 6 12345678; the only one that must be there
  topic        the topic, when it is not the same for all (--topic)
  wording      the exact words that were agreed to; they name the municipality, and
               not the resident: the ledger keeps them when the person is erased
  given_at     when: 2026-10-01 14:30 (in the Netherlands), 01-10-2026 14:30,
               or 2026-10-01T12:30:00Z; without a time the day counts from 00:00
  reference    where the evidence can be found, such as the form's number
  language     nl, en, ...; without it nl
  postcode, number, letter, addition, street, city, bag_id
               what the topic keeps; more than that is not taken in

Dutch names (telefoon, onderwerp, toestemmingstekst, gegeven_op, kenmerk, taal,
huisnummer, huisletter, toevoeging, straat, plaats) are understood too. Other
columns are not read.

  phone;wording;given_at;reference;postcode;number
  06-12345678;"Gemeente Voorbeeldstad mag mij ... sturen";2026-10-01 14:30;WF-881;3511LN;12

  bode consent import opt-ins.csv --topic afval --dry-run --report rows.csv
  bode consent import opt-ins.csv --topic afval --report rows.csv

What becomes of a row:
  stands    wording, given_at and reference are there: it is a consent, from the
            moment that it was given
  waits     its evidence is not complete: nothing is sent; the resident is asked
            in the next chat they begin
  already   it stood
  withdrew  the resident withdrew since: the row changes nothing
  stopped   the resident said STOP: only their own yes brings them back
  bad       it cannot be read; correct it and give the file again

An import never overrules anything later. Identifiers such as a BSN are taken
out before a row is looked at. A run that was cut short goes on when you give
it again: rows that were done have no effect. Exit code 1 when rows were bad.`
}

// rowsPerTransaction keeps the wait of residents' own messages short.
const rowsPerTransaction = 250

// Run takes the file in, in pieces, and reports each row.
func (i *consentImportCmd) Run(ctx context.Context, std streams) error {
	c, err := readConfig(i.Config)
	if err != nil {
		return err
	}
	f, size, err := openImport(i.File)
	if err != nil {
		return err
	}
	defer f.Close()
	s, err := c.openStore(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	rules, err := c.importRules(ctx, s, std)
	if err != nil {
		return err
	}
	if rules.topic = i.Topic; i.Topic != "" && rules.topics[i.Topic] == nil {
		return failure{exitUse, fmt.Errorf("the live flows have no topic %q: choose one of %s", i.Topic, rules.known())}
	}
	file, err := readConsents(f, rules)
	if err != nil {
		return failure{exitUse, fmt.Errorf("%s: %w", i.File, err)}
	}
	file.sayIgnored(std)
	report, err := newImportReport(i.Report, i.DryRun, std)
	if err != nil {
		return failure{exitUse, err}
	}
	imp := s.NewImport(cloudapi.Channel, c.Channel.CloudAPI.PhoneNumberID, i.DryRun)
	err = takeAll(ctx, imp, file, report, newProgress(std, size))
	return errors.Join(report.close(), i.ended(err, report))
}

func (i *consentImportCmd) ended(err error, report *importReport) error {
	if err != nil {
		return fmt.Errorf("cut short after %d rows, which is no harm: give the same command again (%w)", report.rows, err)
	}
	if report.counts[bad] > 0 {
		return failure{exitFaults, errFaults} // said in the report
	}
	return nil
}

// takeAll streams the file through the import.
func takeAll(ctx context.Context, imp *store.Import, file *consentFile, report *importReport, p *progress) error {
	defer p.end()
	for {
		rows, readErr := file.some(rowsPerTransaction)
		if readErr != nil && readErr != io.EOF {
			return readErr
		}
		if err := take(ctx, imp, rows); err != nil {
			return err
		}
		if err := report.add(rows); err != nil {
			return err
		}
		if readErr != io.EOF {
			p.at(report.rows, file.offset())
		} else {
			p.done(report.rows)
			report.sum()
			return nil
		}
	}
}

// take has the good rows of a piece taken in, and notes how each landed.
func take(ctx context.Context, imp *store.Import, rows []consentRow) error {
	var good []store.Imported
	for _, row := range rows {
		if row.result != bad {
			good = append(good, row.row)
		}
	}
	if len(good) == 0 {
		return ctx.Err()
	}
	landed, err := imp.Take(ctx, time.Now(), good)
	if err != nil {
		return err
	}
	for n := range rows {
		if rows[n].result != bad {
			rows[n].result, landed = string(landed[0]), landed[1:]
		}
	}
	return nil
}
