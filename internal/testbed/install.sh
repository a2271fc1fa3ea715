#!/usr/bin/env bash
# Installs the programs that the tests start, where they are missing: with apt-get on Debian as root, elsewhere it says what to
# install. Without CI in the environment a missing program is no error: the tests that need it are skipped and say so.
set -euo pipefail

# The program that shows that a package is there, and Debian's name of the package.
needs=(
	java:openjdk-17-jre-headless
	keytool:openjdk-17-jre-headless
	mvn:maven
)

packages=()
for need in "${needs[@]}"; do
	if ! PATH="$PATH:/usr/sbin" command -v "${need%%:*}" >/dev/null; then
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
