#!/usr/bin/env bash
# Creates the topics of audit-log on 12 × kafka.m7g.large with tiered storage. It can be run again: topics that exist are left as they are.
#
#   BOOTSTRAP_SERVER=HOST:PORT ./create-topics.sh
#
# COMMAND_CONFIG names the client properties for kafka-topics (authentication), KAFKA_TOPICS the program.
set -euo pipefail

kafka_topics=${KAFKA_TOPICS:-kafka-topics.sh}
config=()
if [[ -n "${COMMAND_CONFIG:-}" ]]; then config=(--command-config "$COMMAND_CONFIG"); fi

topics() { "$kafka_topics" --bootstrap-server "$bootstrap" ${config[@]+"${config[@]}"} "$@"; }

create() { # NAME PARTITIONS [MORE OPTIONS]
  local name=$1 partitions=$2
  shift 2
  echo "create $name with $partitions partitions"
  topics --create --if-not-exists --topic="$name" --partitions "$partitions" "$@"
}

# audit-log
bootstrap=${BOOTSTRAP_SERVER:?set it to the bootstrap brokers of audit-log}

echo 'the source of this plan names no topics: nothing was created' >&2
exit 1
