package store

import (
	"context"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// SetTemplate keeps what the platform says of a template now. An empty status,
// category or body leaves what was known: a webhook names one of them.
func (s *Store) SetTemplate(ctx context.Context, now time.Time, account string, t bot.TemplateStatus) error {
	const query = `INSERT INTO template (account, name, language, status, category, body, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (account, name, language) DO UPDATE SET seen_at = excluded.seen_at,
			status = CASE WHEN excluded.status = '' THEN template.status ELSE excluded.status END,
			category = CASE WHEN excluded.category = '' THEN template.category ELSE excluded.category END,
			body = CASE WHEN excluded.body = '' THEN template.body ELSE excluded.body END`
	return s.in(ctx, "template", func(tx *tx) error {
		_, err := tx.exec(ctx, query, account, t.Name, t.Language, t.Status, t.Category, t.Body, now)
		return err
	})
}

// Templates gives what is known of an account's templates, by name and language.
func (s *Store) Templates(ctx context.Context, account string) ([]bot.TemplateStatus, error) {
	var list []bot.TemplateStatus
	const query = `SELECT name, language, status, category, body FROM template WHERE account = $1 ORDER BY name, language`
	if err := s.readers.SelectContext(ctx, &list, query, account); err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	return list, nil
}
