package cmd

import (
	"io"
	"os"
	"sync"

	"github.com/cheggaaa/pb/v3"
	"github.com/mattn/go-isatty"
)

const barLayout pb.ProgressBarTemplate = `{{with string . "doing"}}{{.}}  {{end}}{{bar . }} {{percent . }} {{rtime . "%s left"}}`

// progressBar shows on a terminal how far a long piece of work is. Anywhere else it says
// nothing: a log is no place for a bar. finish has to be called before anything else is
// written.
func progressBar(w io.Writer) (show func(doing string, done, total int64), finish func()) {
	file, ok := w.(*os.File)
	if !ok || !isatty.IsTerminal(file.Fd()) {
		return nil, func() {}
	}
	bar := pb.New64(0).SetTemplate(barLayout).SetWriter(w)
	var started sync.Once
	show = func(doing string, done, total int64) {
		started.Do(func() { bar.Start() })
		bar.Set("doing", doing).SetTotal(total).SetCurrent(done)
	}
	return show, func() { bar.Finish() }
}
