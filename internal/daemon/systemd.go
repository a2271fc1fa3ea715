package daemon

import (
	"context"
	"fmt"
	"strings"
	"time"

	sd "github.com/coreos/go-systemd/v22/daemon"
)

// notify sends states to the service manager; without one (NOTIFY_SOCKET is not set) it does nothing.
func (d *Daemon) notify(states ...string) {
	if _, err := sd.SdNotify(false, strings.Join(states, "\n")); err != nil {
		d.log.Warn().Err(err).Msg("the service manager was not notified")
	}
}

// notifySystemd says that the daemon is up, feeds the watchdog, if there is one, as long as the agent answers, and says when
// the end begins.
func (d *Daemon) notifySystemd(ctx context.Context) {
	d.notify(sd.SdNotifyReady, fmt.Sprintf("STATUS=watching %d clusters", len(d.Status())))
	interval, err := sd.SdWatchdogEnabled(false)
	if err != nil {
		d.log.Warn().Err(err).Msg("the watchdog's interval cannot be read")
	}
	var feed <-chan time.Time
	if interval > 0 {
		tick := time.NewTicker(interval / 2)
		defer tick.Stop()
		feed = tick.C
	}
	for {
		select {
		case <-ctx.Done():
			d.notify(sd.SdNotifyStopping)
			return
		case <-feed:
			d.Status() // takes every cluster's lock: a daemon that is stuck does not get here
			d.notify(sd.SdNotifyWatchdog)
		}
	}
}
