#!/bin/sh
# Before the removal; an upgrade keeps the service running until the new version restarts it. The argument is remove (deb) or 0 (rpm).
set -e

case "$1" in
remove | 0)
	if [ -d /run/systemd/system ]; then
		systemctl disable --now mskfit.service
	fi
	;;
esac
