package demo_test

import (
	"testing"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/demo"
	"github.com/openimis/openimis-go/persistence/persistencetest"
	"github.com/openimis/openimis-go/persistence/tables"
)

const benchSize = 10_000

func onEach(b *testing.B, run func(b *testing.B, open func() *persistence.Store)) {
	b.Run("sqlite", func(b *testing.B) {
		run(b, func() *persistence.Store { return persistencetest.SQLite(b) })
	})
	b.Run("postgres", func(b *testing.B) {
		run(b, func() *persistence.Store { return persistencetest.Postgres(b) })
	})
}

// BenchmarkGenerate measures making demo data, in rows a second.
func BenchmarkGenerate(b *testing.B) {
	onEach(b, func(b *testing.B, open func() *persistence.Store) {
		var rows int64
		for b.Loop() {
			b.StopTimer()
			s := open()
			b.StartTimer()
			report, err := demo.Generate(persistencetest.System(b), s, demo.Options{Size: benchSize, Today: today})
			if err != nil {
				b.Fatal(err)
			}
			rows += report.Rows
		}
		b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	})
}

// BenchmarkImport measures checking and loading the same data from CSV files.
func BenchmarkImport(b *testing.B) {
	dir := b.TempDir()
	source := persistencetest.SQLite(b)
	if _, err := demo.Generate(persistencetest.System(b), source, demo.Options{Size: benchSize, Today: today}); err != nil {
		b.Fatal(err)
	}
	if _, err := tables.Export(persistencetest.System(b), source, tables.ExportOptions{Dir: dir}); err != nil {
		b.Fatal(err)
	}
	onEach(b, func(b *testing.B, open func() *persistence.Store) {
		var rows int64
		for b.Loop() {
			b.StopTimer()
			s := open()
			b.StartTimer()
			report, err := tables.Import(persistencetest.System(b), s, tables.ImportOptions{Dir: dir})
			if err != nil {
				b.Fatal(err)
			}
			rows += report.Rows
		}
		b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	})
}

// BenchmarkExport measures writing CSV files.
func BenchmarkExport(b *testing.B) {
	onEach(b, func(b *testing.B, open func() *persistence.Store) {
		s := open()
		if _, err := demo.Generate(persistencetest.System(b), s, demo.Options{Size: benchSize, Today: today}); err != nil {
			b.Fatal(err)
		}
		var rows int64
		for b.Loop() {
			report, err := tables.Export(persistencetest.System(b), s, tables.ExportOptions{Dir: b.TempDir()})
			if err != nil {
				b.Fatal(err)
			}
			rows += report.Rows
		}
		b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	})
}
