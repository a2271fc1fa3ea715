#!/bin/sh
# After an installation or an upgrade. Nothing is enabled or started: there is no configuration yet.
set -e

if command -v systemd-sysusers >/dev/null; then
	systemd-sysusers mskfit.conf
elif ! getent passwd mskfit >/dev/null; then
	useradd --system --user-group --no-create-home --home-dir /var/lib/mskfit --shell /usr/sbin/nologin mskfit
fi
if command -v systemd-tmpfiles >/dev/null; then
	systemd-tmpfiles --create mskfit.conf
else
	install -d -m 0750 -o root -g mskfit /etc/mskfit
	install -d -m 0750 -o mskfit -g mskfit /var/lib/mskfit
fi
chgrp mskfit /etc/mskfit/mskfit.yaml
chmod 0640 /etc/mskfit/mskfit.yaml
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	systemctl try-restart mskfit.service
fi
