package store

import (
	"context"
	"fmt"
	"slices"
)

// tableNode is a table, and the tables that its rows point into.
type tableNode struct {
	name  string
	links []link
}

// link is a column that holds the id of a row elsewhere.
type link struct {
	From   string `db:"from_table"`
	Column string `db:"from_column"`
	To     string `db:"to_table"`
	Key    string `db:"to_column"`
}

// tables gives the tables of an installation that go into a backup, each after those it points into.
func (t *tx) tables(ctx context.Context) ([]tableNode, error) {
	names, links, err := t.schema(ctx)
	if err != nil {
		return nil, err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return slices.Contains(neverInBackup, name) })
	var sorted []tableNode
	for len(names) > 0 {
		before := len(sorted)
		names = slices.DeleteFunc(names, func(name string) bool {
			node := tableNode{name: name}
			for _, l := range links {
				if l.From == name && l.To != name {
					node.links = append(node.links, l)
				}
			}
			ready := !slices.ContainsFunc(node.links, func(l link) bool {
				return !slices.ContainsFunc(sorted, func(n tableNode) bool { return n.name == l.To })
			})
			if ready {
				sorted = append(sorted, node)
			}
			return ready
		})
		if len(sorted) == before {
			return nil, fmt.Errorf("the tables %v point into each other", names)
		}
	}
	return sorted, nil
}

// schema gives the names of all tables, and what points where.
func (t *tx) schema(ctx context.Context) (names []string, links []link, err error) {
	tables := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`
	keys := `SELECT m.name AS from_table, f."from" AS from_column, f."table" AS to_table, f."to" AS to_column
		FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`
	if t.postgres {
		tables = `SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename`
		keys = `SELECT f.relname AS from_table, a.attname AS from_column, g.relname AS to_table, b.attname AS to_column FROM pg_constraint c
			JOIN pg_class f ON f.oid = c.conrelid JOIN pg_class g ON g.oid = c.confrelid
			JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
			JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
			WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace`
	}
	if err := t.tx.SelectContext(ctx, &names, tables); err != nil {
		return nil, nil, err
	}
	return names, links, t.tx.SelectContext(ctx, &links, keys)
}
