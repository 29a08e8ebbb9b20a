#!/bin/bash
# Is the service of this container well? In bash alone: a Node started every five seconds would cost more than the services.
#   healthy beat NAME        its heartbeat is younger than 15 s (a stopped process writes none)
#   healthy http PORT PATH   it answers 200 within 3 s
case ${1:-} in
  beat)
    file=${YOBAN_HOME:-/yoban}/run/$2.heartbeat
    [ -e "$file" ] || { echo "no heartbeat yet"; exit 1; }
    age=$(($(date +%s) - $(stat -c %Y "$file")))
    [ "$age" -le 15 ] || { echo "last heartbeat $age s ago"; exit 1; }
    ;;
  http)
    exec 3<>"/dev/tcp/127.0.0.1/$2" || exit 1
    printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$3" >&3
    # A stopped process still gets its connections accepted by the kernel, but it does not answer.
    read -r -t 3 _ status _ <&3 || { echo "no answer"; exit 1; }
    [ "$status" = 200 ] || { echo "answers $status"; exit 1; }
    ;;
  *)
    echo "usage: healthy beat NAME | healthy http PORT PATH" >&2
    exit 2
    ;;
esac
