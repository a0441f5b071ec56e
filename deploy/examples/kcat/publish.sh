#!/bin/sh
# Publishes the events of a file, one JSON a line, to Kafka with kcat. For systems inside the bureau's network.
# 用 kcat 将事件文件逐行发布到 Kafka(适用于司法局内网)。
#
#   KAFKA=kafka.bureau.example:9092 DISTRICT=990107 ./publish.sh events.jsonl
#
# DISTRICT  of all events in the file 文件中所有事件的区划代码
# TOPIC     the topic, if the installation puts a prefix before its name; else office-events 主题
# KCAT_ARGS further settings of the client, such as -X security.protocol=SSL 其他客户端参数
#
# Kafka does not look into events: what is wrong becomes a dead letter, which the bureau sees. The gateway refuses it at once instead.
# Exit code 退出码: 0 all are on all replicas; 1 else, the reason is above: run it again, sending twice is harmless. 重发无害
set -eu
export LC_ALL=C

file=${1:?usage: KAFKA=... DISTRICT=... publish.sh EVENTS.jsonl}
: "${KAFKA:?set KAFKA to host:port of a broker}" "${DISTRICT:?set DISTRICT to the six digits of the district}"

# The key is the district, and the partitioner must be Kafka's own, murmur2: kcat's default is another one (records would be refused,
# ENV_WRONG_PARTITION). acks=all: done means on all replicas; idempotence: retries neither double nor reorder.
# 键为区划代码,分区器必须为 murmur2。
tab=$(printf '\t')
# shellcheck disable=SC2086
tr -d '\r' < "$file" | sed -e '/^[[:space:]]*$/d' -e "s/^/$DISTRICT$tab/" |
    kcat -P -b "$KAFKA" -t "${TOPIC:-office-events}" -K "$tab" \
        -X partitioner=murmur2_random -X acks=all -X enable.idempotence=true -X message.timeout.ms=120000 ${KCAT_ARGS:-}
