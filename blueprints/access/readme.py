"""``README.md`` of a site: how people reach its models."""

from collections.abc import Iterator, Sequence

from blueprints.access.reached import Reached
from blueprints.service.site import Site

_ASK = """
Whether a model answers, with curl and with Python alone:

    {name}/ask.sh [URL]
    {name}/ask.py [URL [QUESTION]]

The key of a model is read from the line `VLLM_API_KEY=..` of `~/.config/tutela/{name}.env` (mode
0600), never from an argument.
"""
_TUNNEL = """
## For one person: a tunnel

    {name}/tunnel.sh [NODE [PORT]]

leads through `{login}` to the node on which the server runs, for this machine alone, until it is
ended. Without a node it asks the login node where your own job serves.
"""
_PROXY = """
## For many people: compute as login

`nginx.conf` is an NGINX of its own on `{proxy}`: TLS, no buffering of streamed answers, limits for
each address, and nothing of a server but its `/v1`. Copy `nginx.conf` and `upstream.sh` into a
folder there, as whoever runs it, and put the certificate and its key where `nginx.conf` says:

    mkdir -p FOLDER/logs FOLDER/upstreams
    nginx -t -p FOLDER/ -c nginx.conf && nginx -p FOLDER/ -c nginx.conf

A server needs half an hour and more until it answers. So that nobody meets one that does not yet,
`upstream.sh` changes over only then; before, whatever answered goes on answering:

    FOLDER/upstream.sh {name} NODE
    FOLDER/upstream.sh {name} /home/OWNER/.local/state/tutela/{name}/endpoint

The second reads where the owner's job serves now, and may run every minute by cron: a job of
persistent mode moves to another node each time. Once the job has ended nobody is asked: whoever
takes its port after it must not be shown a key.

| Model | Address |
|---|---|
{table}
"""
_INGRESS = """
## Through the cluster's ingress

| Model | Address |
|---|---|
{table}
"""
_OPEN = """
Not behind the proxy, as they ask for no key (say `api_key`): {names}.
"""


def readme(site: Site, reached: Sequence[Reached]) -> str:
    """Markdown. What stands in it was checked to be plain words before."""
    return "".join(_parts(site, reached))


def _parts(site: Site, reached: Sequence[Reached]) -> Iterator[str]:
    access = site.access
    yield f"# How to reach the models of {site.name}\n"
    yield _ASK.format(name=reached[0].name)
    hosts = [one for one in reached if one.host]
    if hosts and access.login is not None:
        yield _TUNNEL.format(name=hosts[0].name, login=access.login)
    keyed = [one for one in hosts if one.key]
    if access.proxy is not None and keyed:
        rows = [f"| `{one.served}` | `https://{access.proxy}/{one.name}/v1` |" for one in keyed]
        yield _PROXY.format(proxy=access.proxy, name=keyed[0].name, table="\n".join(rows))
    if led := [one for one in reached if one.url]:
        yield _INGRESS.format(table="\n".join(f"| `{one.served}` | `{one.url}` |" for one in led))
    if access.proxy is not None and (without := [one.name for one in hosts if not one.key]):
        yield _OPEN.format(names=", ".join(without))
