package persistence

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"github.com/openimis/openimis-go/core"
)

//go:embed migrations
var migrations embed.FS

// schemaVersion is the migration that creates the legacy tables.
const schemaVersion = 1

// versionTable is where goose keeps what it applied.
const versionTable = "openimis_schema_version"

// Migrate brings the schema up to date: the whole of it on an empty database, additions
// only on a legacy one. It gives what it did, line by line; with dryRun what it would do.
// Errors: core.Conflict with a line for each fault when a legacy database cannot be
// adopted.
func (s *Store) Migrate(ctx context.Context, dryRun bool) ([]string, error) {
	picture, err := s.picture(ctx)
	if err != nil {
		return nil, err
	}
	var done []string
	if picture.legacy() && !picture.has(versionTable) {
		plan, err := s.adoption(picture)
		if err != nil {
			return nil, err
		}
		if !dryRun {
			if err := s.adopt(ctx, plan); err != nil {
				return nil, err
			}
		}
		done = append(done, plan...)
	}
	if picture.has(versionTable) {
		added, err := s.complete(ctx, picture, dryRun)
		if err != nil {
			return nil, err
		}
		done = append(done, added...)
	}
	more, err := s.migrate(ctx, picture, dryRun)
	if err == nil && !dryRun {
		if err = s.settleSite(ctx, picture); err == nil {
			err = s.settleWords(ctx)
		}
	}
	return append(done, more...), err
}

// migrate applies the migrations that are due. On a legacy database the first is never
// among them.
func (s *Store) migrate(ctx context.Context, picture *picture, dryRun bool) ([]string, error) {
	folder, err := fs.Sub(migrations, "migrations/"+s.dialect.name())
	if err != nil {
		return nil, core.Wrap(core.Internal, err, "no migrations for %s", s.dialect.name())
	}
	store, err := database.NewStore(s.dialect.goose(), versionTable)
	if err != nil {
		return nil, core.Wrap(core.Internal, err, "no migrations for %s", s.dialect.name())
	}
	provider, err := goose.NewProvider(database.DialectCustom, s.pools.write, folder, goose.WithStore(store), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, core.Wrap(core.Internal, err, "the migrations cannot be read")
	}
	if dryRun {
		return s.pending(ctx, provider, folder, picture)
	}
	results, err := provider.Up(ctx)
	if err != nil {
		var partial *goose.PartialError
		if errors.As(err, &partial) {
			return nil, &core.Error{Code: core.CodeOf(translate(s.dialect, partial.Err)), Message: "migration " + partial.Failed.Source.Path + " failed", Cause: partial.Err}
		}
		return nil, translate(s.dialect, err)
	}
	var done []string
	for _, result := range results {
		done = append(done, fmt.Sprintf("applied %s", result.Source.Path))
	}
	return done, nil
}

// pending gives the statements of the migrations that would be applied. It writes
// nothing, not even goose's own table.
func (s *Store) pending(ctx context.Context, provider *goose.Provider, folder fs.FS, picture *picture) ([]string, error) {
	var version int64
	switch {
	case picture.has(versionTable):
		var err error
		if version, err = provider.GetDBVersion(ctx); err != nil {
			return nil, translate(s.dialect, err)
		}
	case picture.legacy():
		version = schemaVersion
	}
	var lines []string
	for _, source := range provider.ListSources() {
		if source.Version <= version {
			continue
		}
		text, err := fs.ReadFile(folder, source.Path)
		if err != nil {
			return nil, core.Wrap(core.Internal, err, "a migration cannot be read")
		}
		lines = append(lines, "would apply "+source.Path)
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimRight(line, "\n"); line != "" && !strings.HasPrefix(line, "--") {
				lines = append(lines, line)
			}
		}
	}
	return lines, nil
}

// MigrationTexts gives the text of every migration of one dialect (sqlite, postgres,
// sqlserver) in order.
func MigrationTexts(dialect string) []string {
	names, err := fs.Glob(migrations, "migrations/"+dialect+"/*.sql")
	if err != nil {
		return nil
	}
	var texts []string
	for _, name := range names {
		text, _ := fs.ReadFile(migrations, name)
		texts = append(texts, string(text))
	}
	return texts
}
