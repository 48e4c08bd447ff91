"""Compute as login: NGINX of a service node before servers of compute nodes.

One file for a site, and a script that moves a model to the node that it runs on now. The file is
for an instance of its own: ``nginx -p FOLDER -c nginx.conf``, where FOLDER is writable and has
``logs/`` and ``upstreams/``.
"""

from collections.abc import Iterable
from typing import Final

from blueprints.access.reached import Reached
from blueprints.emit.text import UnwritableError
from blueprints.runtimes.writing.shell import quote
from blueprints.service.site import Access

BODY: Final = "64m"
"""Of a request: pictures come in it."""
PER_SECOND: Final = 20
"""Requests of one address, with as many again at once."""
AT_ONCE: Final = 128
"""Connections of one address: answers are streamed for minutes."""
READ_SECONDS: Final = 1800
"""Between two pieces of an answer; the first comes when a request has left the queue."""

_HEAD = """\
# Servers on compute nodes of {site}, reached from outside. Generated: change spec.yaml.
#   nginx -p FOLDER -c nginx.conf    FOLDER is this file's; it has logs/ and upstreams/
worker_processes auto;
worker_rlimit_nofile 16384;
error_log logs/error.log warn;
pid logs/nginx.pid;

events {{
  worker_connections 8192;
}}

http {{
  default_type application/octet-stream;
  server_tokens off;
  # No query and no header: keys must not come into a log.
  log_format plain '$remote_addr [$time_iso8601] $request_method $uri $status '
                   '$body_bytes_sent $request_time $upstream_addr';
  access_log logs/access.log plain;

  limit_req_zone $binary_remote_addr zone=requests:10m rate={per_second}r/s;
  limit_conn_zone $binary_remote_addr zone=connections:10m;
  limit_req_status 429;
  limit_conn_status 429;

  client_header_timeout 30s;
  client_body_timeout 60s;
  client_max_body_size {body};
  # In FOLDER: a system's own belong to its own NGINX.
  client_body_temp_path body_temp;
  proxy_temp_path proxy_temp;
  fastcgi_temp_path fastcgi_temp;
  scgi_temp_path scgi_temp;
  uwsgi_temp_path uwsgi_temp;
  send_timeout 120s;
  keepalive_timeout 75s;
  # An answer that is packed is an answer that waits.
  gzip off;
"""
_UPSTREAM = """
  upstream {name} {{
    # upstream.sh writes the file when the server answers; without it nobody is asked.
    server 127.0.0.1:9 down;
    include upstreams/{name}[.]conf;
    keepalive 32;
  }}
"""
_SERVER = """
  server {{
    listen 443 ssl;
    server_name {proxy};
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:tls:10m;
    ssl_session_tickets off;

    limit_req zone=requests burst={per_second} nodelay;
    limit_conn connections {at_once};

    # Streaming: every piece goes on as it comes.
    proxy_buffering off;
    proxy_cache off;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto https;
    # What a server says is for clients; it does not steer the proxy.
    proxy_ignore_headers X-Accel-Redirect X-Accel-Limit-Rate X-Accel-Buffering X-Accel-Charset;
    proxy_connect_timeout 5s;
    proxy_send_timeout 120s;
    proxy_read_timeout {read_seconds}s;
    # No question is asked twice.
    proxy_next_upstream off;
    error_page 502 504 = @absent;

    location @absent {{
      default_type application/json;
      add_header Retry-After 60 always;
      return 503 '{{"error": {{"message": "no server of this model answers", "code": 503}}}}\\n';
    }}

    # Metrics, documentation and everything else that an engine answers stays inside.
    location / {{
      default_type application/json;
      return 404 '{{"error": {{"message": "there is nothing here", "code": 404}}}}\\n';
    }}
"""
_LOCATION = """
    location /{name}/v1/ {{
      proxy_pass http://{name}/v1/;
    }}
"""


def configuration(site: str, access: Access, reached: Iterable[Reached]) -> bytes:
    """``nginx.conf``; of models without a key there is nothing in it, whoever asked could use them.

    Raises :class:`~blueprints.emit.text.UnwritableError` for a site without a proxy.
    """
    if access.proxy is None:
        raise UnwritableError(f"{site} has no proxy; say access.proxy")
    every = [one for one in reached if one.key]
    folder = "/etc/nginx/tls"
    said = {
        "proxy": access.proxy,
        "certificate": access.certificate or f"{folder}/{access.proxy}.crt",
        "key": access.key or f"{folder}/{access.proxy}.key",
        "per_second": PER_SECOND,
        "at_once": AT_ONCE,
        "read_seconds": READ_SECONDS,
    }
    parts = [_HEAD.format(site=site, per_second=PER_SECOND, body=BODY)]
    parts += [_UPSTREAM.format(name=one.name) for one in every]
    parts += [_SERVER.format(**said)]
    parts += [_LOCATION.format(name=one.name) for one in every]
    return "".join([*parts, "  }\n}\n"]).encode()


_SWITCH = """\
#!/usr/bin/env bash
# Moves a model to the node that it runs on now, as soon as its server answers there.
#
#   upstream.sh MODEL ADDRESS[:PORT]   waits until it answers; until then nothing changes
#   upstream.sh MODEL /PATH/endpoint   the address is in a job's file; fit for cron. Where there
#                                      is no such file any more, nobody is asked
#   upstream.sh MODEL none             nobody is asked any more
#
# Runs on the service node as whoever may reload its NGINX. NGINX names another program than
# nginx, FOLDER another folder of nginx.conf than this file's.
set -euo pipefail

folder=${FOLDER:-$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)}
nginx=${NGINX:-nginx}

fail() {
  printf 'upstream.sh: %s\\n' "$1" >&2
  exit 1
}

[ "$#" -eq 2 ] || fail 'say a model, and an address, a file or none'
model=$1 where=$2
case $model in
MODELS
  *) fail "no model of that name is served through this proxy" ;;
esac

conf=$folder/upstreams/$model.conf
mkdir -p -- "$folder/upstreams" "$folder/logs"
exec 9>"$folder/upstreams/$model.lock"
flock --nonblock 9 || fail "another upstream.sh is waiting for $model"

# Writes what stands in the first argument, or nothing; what NGINX does not take is undone.
put() {
  local old
  old=$(cat -- "$conf" 2>/dev/null) || old=
  [ "$old" != "$1" ] || return 0
  printf '%s\\n' "$1" >"$conf.new"
  mv -- "$conf.new" "$conf"
  if ! "$nginx" -t -q -p "$folder/" -c nginx.conf; then
    printf '%s\\n' "$old" >"$conf.new"
    mv -- "$conf.new" "$conf"
    fail 'NGINX does not take it; nothing is changed'
  fi
  # An instance that does not run yet reads it when it starts.
  [ ! -s "$folder/logs/nginx.pid" ] || "$nginx" -p "$folder/" -c nginx.conf -s reload
}

if [ "$where" = none ]; then
  put ''
  exit
fi
case $where in
  */*)
    if [ ! -f "$where" ]; then
      # The job has ended: whoever listens at its port now must not be shown anybody's key.
      put ''
      exit
    fi
    IFS= read -r where <"$where" || true
    where=${where#http://}
    ;;
esac
host=${where%:*}
[ "$host" != "$where" ] || where=$host:$port
[ "$where" = "$host:$port" ] || fail "$model listens at port $port"
# What is written into the configuration is a name or an address, and nothing else.
[[ $host =~ ^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$ ]] || fail 'that is no name of a node'

deadline=$((SECONDS + start_seconds))
until curl --noproxy '*' --silent --fail --max-time 5 --output /dev/null "http://$where$health"; do
  [ "$SECONDS" -lt "$deadline" ] || fail "no answer of $where in $start_seconds seconds"
  sleep "$period_seconds"
done
put "server $where max_fails=0;"
printf '%s is asked at %s\\n' "$model" "$where"
"""


def switch(reached: Iterable[Reached]) -> bytes:
    """``upstream.sh``: an upstream is changed only when the server behind it answers."""
    models = (
        f"  {one.name}) port={one.service.port} health={quote(one.service.probe.path)}"
        f" start_seconds={one.service.probe.start_seconds}"
        f" period_seconds={one.service.probe.period_seconds} ;;"
        for one in reached
        if one.key
    )
    return _SWITCH.replace("MODELS\n", "".join(f"{one}\n" for one in models), 1).encode()
