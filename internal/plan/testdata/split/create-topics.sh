#!/usr/bin/env bash
# Creates the topics of two teams on 2 × MSK Serverless. It can be run again: topics that exist are left as they are.
#
#   BOOTSTRAP_SERVER_1=HOST:PORT BOOTSTRAP_SERVER_2=HOST:PORT ./create-topics.sh
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

grow() { # NAME PARTITIONS: a topic that has as many already is left as it is
  local have
  have=$(topics --describe --topic="${1//./\\.}" | sed -n 's/.*PartitionCount: *\([0-9]*\).*/\1/p' | head -n 1)
  if ((${have:-0} >= $2)); then return; fi
  echo "grow $1 to $2 partitions"
  topics --alter --topic="${1//./\\.}" --partitions "$2" # it takes a pattern
}

pause() { # Serverless creates 250 partitions in 5 minutes
  echo "waiting ${PAUSE_SECONDS:-300} seconds"
  sleep "${PAUSE_SECONDS:-300}"
}

# two-teams-1
bootstrap=${BOOTSTRAP_SERVER_1:?set it to the bootstrap brokers of two-teams-1}
create clicks 20 --config max.message.bytes=2001024 --config retention.ms=43200000

# two-teams-2
bootstrap=${BOOTSTRAP_SERVER_2:?set it to the bootstrap brokers of two-teams-2}
create order-state 60 --config cleanup.policy=compact
create orders 190 --config retention.ms=259200000
pause
grow orders 300
