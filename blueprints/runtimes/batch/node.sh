# node.sh address                          prints the address that other nodes reach it at
# node.sh head|worker ADDRESS UNTIL RUN    of the head, second at which all have to be there,
#                                          folder where each node says that it starts

address() {
  local found=
  if [ -n "$interface" ]; then
    found=$(ip -4 -o addr show dev "$interface" | awk 'NR == 1 {sub("/.*", "", $4); print $4}')
  elif found=$(ip -4 -o route get 192.0.2.1 2>/dev/null); then
    found=$(sed -n 's/.* src \([0-9.]*\).*/\1/p' <<<"$found")
  else
    found=$(getent ahostsv4 "$(uname -n)" | awk '$1 !~ /^127/ && !n++ {print $1}')
  fi
  [ -n "$found" ] || fail "$(uname -n) has no address; say network.interface of the site"
  printf '%s\n' "$found"
}

PATH=$PATH:/usr/sbin:/sbin
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

# Waits for everything that was started here. A container that is still being made cannot be
# stopped yet, so that it is tried until it is gone.
leave() {
  local pid
  trap '' TERM INT
  for pid in $(jobs -p); do
    kill -TERM "$pid" 2>/dev/null || true
    while kill -0 "$pid" 2>/dev/null; do
      stop_container || true
      sleep 2
    done
  done
  exit 143
}
stop_container() { :; }
trap leave TERM INT

# -- the container --

child=$!
code=0
wait "$child" || code=$?
exit "$code"
