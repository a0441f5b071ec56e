#!/bin/sh
# Hands in the events of a file, one JSON a line, at the gateway, and checks the receipts: the log has every byte of them.
# 逐行提交事件文件,并核对回执:日志中的字节与文件完全一致。
#
#   GATEWAY=https://bureau.example:8443 KEY_FILE=suoheng.key ./hand-in.sh events.jsonl
#
# GATEWAY   address of the gateway, told by the bureau 网关地址
# KEY_FILE  a file (chmod 600) with one line, the key as the bureau gave it: KEY_ID.SECRET; none: no key is sent 密钥文件
# CA_FILE   the authority that signed the gateway's certificate (PEM); none: those that the system trusts 根证书
#
# The receipts are kept in events.jsonl.receipts, one a line. Exit code 退出码:
#   0   all events are in the log 全部收妥
#   1   some were refused; what to mend is said, the rest is in the log. Send the mended ones. 部分被拒,修正后重发
#   75  nobody answers, or not now: run the same command again. Sending twice is harmless. 稍后原样重发,重复无害
set -eu
export LC_ALL=C

file=${1:?usage: GATEWAY=... [KEY_FILE=...] hand-in.sh EVENTS.jsonl}
GATEWAY=${GATEWAY:?set GATEWAY to the address of the gateway}
GATEWAY=${GATEWAY%/}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The key goes to curl in a file: arguments can be seen by everybody on the machine.
: > "$work/headers"
chmod 600 "$work/headers"
[ -z "${KEY_FILE:-}" ] || printf 'Authorization: Bearer %s\n' "$(cat "$KEY_FILE")" > "$work/headers"

# Every line as it will be sent, without empty ones and carriage returns; a thousand a request.
tr -d '\r' < "$file" | sed '/^[[:space:]]*$/d' > "$work/events"
[ -s "$work/events" ] || { echo "$file holds no events" >&2; exit 1; }
split -a 5 -l 1000 "$work/events" "$work/part."

ask() {
    # --retry: after lost connections and after 408, 429 and 5xx, as long as Retry-After says.
    curl --silent --show-error --retry "${RETRIES:-5}" --retry-connrefused --max-time 300 ${CA_FILE:+--cacert "$CA_FILE"} \
        --header @"$work/headers" --output "$work/answer" --write-out '%{http_code}' "$@" || true
}

number=0
refused=0
again=0
: > "$file.receipts"

finish() {
    # A receipt can be checked at any time later; here with the last one.
    place=$(tail -n 1 "$file.receipts" | sed 's|.*"partition":\([0-9]*\),"offset":\([0-9]*\),"sha256":"\([0-9a-f]*\)".*|\1/\2/\3|')
    if [ -n "$place" ]; then
        status=$(ask "$GATEWAY/receipts/$place")
        [ "$status" = 200 ] || echo "the last receipt could not be checked now (HTTP $status)" >&2
    fi
    echo "$number events: $((number - refused - again)) in the log, $refused refused, $again to be sent again"
    exit "$1"
}

hand_in() {
    status=$(ask --header 'Content-Type: application/x-ndjson' --data-binary @"$1" "$GATEWAY/events")
    case $status in
        202 | 207) ;; # a list with an entry for each event
        000 | 408 | 429 | 5??) echo "line $((number + 1)) and those after it were not taken now (HTTP $status): run the same command again" >&2; finish 75 ;;
        *) echo "line $((number + 1)) and those after it were refused (HTTP $status): $(cat "$work/answer")" >&2; finish 1 ;;
    esac
    # The SHA-256 of each line, without its line end.
    rm -rf "$work/lines"
    mkdir "$work/lines"
    awk -v folder="$work/lines" '{ name = sprintf("%s/%05d", folder, NR); printf "%s", $0 > name; close(name) }' "$1"
    (cd "$work/lines" && sha256sum ./*) | cut -d ' ' -f 1 > "$work/hashes"
    # The answer has one entry for each event, in their order.
    awk '{ gsub(/\},\{/, "}\n{"); sub(/^\[/, ""); sub(/\]$/, ""); print }' "$work/answer" > "$work/entries"
    paste "$work/hashes" "$work/entries" | awk -v number="$number" -v refused="$refused" -v again="$again" -v receipts="$file.receipts" '
        function field(name,    at, rest) {
            at = index($0, "\"" name "\":")
            if (!at) return ""
            rest = substr($0, at + length(name) + 3)
            if (rest ~ /^"/) { rest = substr(rest, 2); sub(/".*/, "", rest) } else sub(/[,}].*/, "", rest)
            return rest
        }
        function refuse(why) { print "line " number ": " why > "/dev/stderr"; refused++ }
        {
            number++
            status = field("status")
            if (status == 202) print substr($0, index($0, "\t") + 1) >> receipts
            # The receipt names the SHA-256 of what is in the log: it must be that of the line.
            if (status == 202 && field("sha256") != $1) refuse("the log holds other bytes than this file")
            else if (status == 503) again++
            else if (status != 202) refuse(field("code") ": " field("detail"))
        }
        END { print number, refused, again }' > "$work/counts"
    read -r number refused again < "$work/counts"
}

for part in "$work"/part.*; do
    hand_in "$part"
done
[ "$again" -eq 0 ] || finish 75
[ "$refused" -eq 0 ] || finish 1
finish 0
