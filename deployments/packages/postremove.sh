#!/bin/sh
# After the removal. History, ledger and reports stay, but for a purge. The user stays too: it may own files.
set -e

if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
fi
if [ "$1" = purge ]; then
	rm -rf /var/lib/mskfit
fi
