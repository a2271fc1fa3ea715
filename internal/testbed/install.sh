#!/usr/bin/env bash
# Installs the programs that the tests start, where they are missing: with apt-get on Debian as root, elsewhere it says what to
# install. Without CI in the environment a missing program is no error: the tests that need it are skipped and say so.
set -euo pipefail

# The program that shows that a package is there, and Debian's name of the package.
needs=(
	java:openjdk-17-jre-headless
	keytool:openjdk-17-jre-headless
	mvn:maven
	prometheus:prometheus
	prometheus-alertmanager:prometheus-alertmanager
	amtool:prometheus-alertmanager
	systemd-analyze:systemd
	postgres:postgresql
	chromium:chromium
	npm:npm
	krb5kdc:krb5-kdc
	kadmin.local:krb5-admin-server
	python3:python3
	python3-venv:python3-venv
)

there() {
	case $1 in
	postgres) compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null ;;
	python3-venv) python3 -c 'import ensurepip' 2>/dev/null ;;
	*) PATH="$PATH:/usr/sbin" command -v "$1" >/dev/null ;;
	esac
}

packages=()
for need in "${needs[@]}"; do
	if ! there "${need%%:*}"; then
		packages+=("${need#*:}")
	fi
done
if ((${#packages[@]} == 0)); then
	exit 0
fi

if command -v apt-get >/dev/null && [[ $(id -u) == 0 ]]; then
	echo "installing ${packages[*]}"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
	exit 0
fi
echo "missing for some tests (names of Debian's packages): ${packages[*]}" >&2
if [[ -n ${CI:-} ]]; then
	exit 1
fi
echo "those tests are skipped" >&2
