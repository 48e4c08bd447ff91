# node.sh address                          prints the address that other nodes reach it at
# node.sh head|worker ADDRESS UNTIL RUN    of the head, second at which all have to be there,
#                                          folder where each node says that it starts

address() {
  local found=
  if [ -n "$interface" ]; then
    found=$(ip -4 -o addr show dev "$interface" | awk '{split($4, part, "/"); print part[1]; exit}')
  elif found=$(ip -4 -o route get 192.0.2.1 2>/dev/null); then
    found=$(sed -n 's/.* src \([0-9.]*\).*/\1/p' <<<"$found")
  else
    found=$(getent ahostsv4 "$(uname -n)" | awk '$1 !~ /^127/ {print $1; exit}')
  fi
  [ -n "$found" ] || fail "$(uname -n) has no address; say network.interface of the site"
  printf '%s\n' "$found"
}

folder=$PWD
case $folder in
  *[,:]*) fail "a container cannot be given $folder: it has a comma or a colon in it" ;;
esac
role=$1
if [ "$role" = address ]; then
  address
  exit
fi
head_address=$2 until=$3 run=$4
rank=0
headless=()
if [ "$role" = worker ]; then
  rank=$((task + 1))
  headless=(--headless)
fi
own_address=$(address)

have=$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) * 1024))
if [ "$have" -lt $((memory * 9 / 10)) ]; then
  printf '%s: %s has %s bytes of memory of %s\n' "$name" "$(uname -n)" "$have" "$memory" >&2
fi
if [ "$(nproc)" -lt "$processors" ]; then
  printf '%s: %s gives %s processors of %s\n' "$name" "$(uname -n)" "$(nproc)" "$processors" >&2
fi

# -- the container --

child=$!
leave() {
  trap '' TERM INT
  stop_container || true
  wait "$child" || true
  exit 143
}
trap leave TERM INT
code=0
wait "$child" || code=$?
exit "$code"
