package daemon

import (
	"os"

	"github.com/mskfit/mskfit/internal/config"
)

// usable tries the data directory. A first start needs one that can be written: a daemon without a place to keep things would look
// well and forget everything. Where something was kept before, a disk that is full or read-only by now stops nothing: history and
// ledger go on in memory.
func (d *Daemon) usable() error {
	err := config.UsableDir(d.opened.DataDir)
	if err == nil {
		return nil
	}
	if _, missing := os.Stat(d.opened.Ledger.File); missing == nil || d.opened.History.Kept() {
		d.log.Error().Err(err).Msg("data directory cannot be written; new data stays in memory")
		return nil
	}
	return err
}
