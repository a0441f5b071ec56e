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

file=${1:?usage: GATEWAY=... [KEY_FILE=...] hand-in.sh EVENTS.jsonl}
: "${GATEWAY:?set GATEWAY to the address of the gateway}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The key goes to curl in a file: arguments can be seen by everybody on the machine.
: > "$work/headers"
chmod 600 "$work/headers"
[ -z "${KEY_FILE:-}" ] || printf 'Authorization: Bearer %s\n' "$(cat "$KEY_FILE")" > "$work/headers"

# Every line as it will be sent: without empty ones and without carriage returns.
tr -d '\r' < "$file" | sed '/^[[:space:]]*$/d' > "$work/events"
[ -s "$work/events" ] || { echo "$file holds no events" >&2; exit 1; }

ask() {
    # --retry: after lost connections and after 408, 429 and 5xx, as long as Retry-After says.
    curl --silent --show-error --retry "${RETRIES:-5}" --retry-connrefused --max-time 300 ${CA_FILE:+--cacert "$CA_FILE"} \
        --header @"$work/headers" --output "$work/answer" --write-out '%{http_code}' "$@" || true
}

status=$(ask --header 'Content-Type: application/x-ndjson' --data-binary @"$work/events" "$GATEWAY/events")
case $status in
    202 | 207) ;; # a list with an entry for each event
    000 | 408 | 429 | 5??) echo "not taken now (HTTP $status): run the same command again" >&2; exit 75 ;;
    413) echo "too many at once: split $file, at most 5000 events and 4 MiB" >&2; exit 1 ;;
    *) echo "refused (HTTP $status): $(cat "$work/answer")" >&2; exit 1 ;;
esac

# One entry a line, in the order of the events.
awk '{ gsub(/\},\{/, "}\n{"); sub(/^\[/, ""); sub(/\]$/, ""); print }' "$work/answer" > "$work/entries"
field() { printf '%s' "$2" | sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }

number=0
refused=0
again=0
: > "$file.receipts"
while IFS= read -r event <&3 && IFS= read -r entry <&4; do
    number=$((number + 1))
    case $(field status "$entry") in
        202)
            # The receipt names the SHA-256 of what is in the log: it must be that of the line.
            if [ "$(field sha256 "$entry")" != "$(printf '%s' "$event" | sha256sum | cut -d ' ' -f 1)" ]; then
                echo "line $number: the log holds other bytes than this file" >&2
                refused=$((refused + 1))
            fi
            printf '%s\n' "$entry" >> "$file.receipts"
            last=$entry
            ;;
        503) again=$((again + 1)) ;;
        *)
            echo "line $number: $(field code "$entry"): $(field detail "$entry")" >&2
            refused=$((refused + 1))
            ;;
    esac
done 3< "$work/events" 4< "$work/entries"

# A receipt can be checked at any time later; here with the last one.
if [ -n "${last:-}" ]; then
    status=$(ask "$GATEWAY/receipts/$(field partition "$last")/$(field offset "$last")/$(field sha256 "$last")")
    [ "$status" = 200 ] || echo "the last receipt could not be checked now (HTTP $status)" >&2
fi

echo "$number events: $((number - refused - again)) in the log, $refused refused, $again to be sent again"
[ "$again" -eq 0 ] || exit 75
[ "$refused" -eq 0 ] || exit 1
