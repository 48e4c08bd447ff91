"""A small Rancher: HTTPS with a CA of its own, a registration token per cluster, API tokens.

Serves what a node and an operator ask a real one (sources beside each method): ``/cacerts``,
``/v3/connect/agent`` and the agent itself, ``provisioning.cattle.io.clusters``,
``cluster.x-k8s.io.machines``, ``v3/clusterregistrationtokens``, ``v3/nodes``, and each cluster's
Kubernetes API below ``/k8s/clusters/<id>``. An API token sees the clusters that its owner owns, and
nothing of others; an unknown one is told 401.
"""

import base64
import hashlib
import json
import re
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.labs import agent
from tests.labs.certificates import self_signed
from tests.labs.rancher_state import NAMESPACE, Cluster, State, Thing

PROGRAMS = Path(agent.__file__).parent
Answer = tuple[int, Any]
CHANGES = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Request:
    """One request as it was answered."""

    method: str
    path: str
    code: int
    node: bool
    """Asked by a node's agent, kubelet or registration, not with an API token."""

    @property
    def changed(self) -> bool:
        """Whether somebody with an API token changed something by it."""
        return self.method in CHANGES and self.code < 300 and not self.node


class Rancher:
    """The server; a context."""

    def __init__(self, folder: Path, clusters: list[str], listening: socket.socket) -> None:
        """Answers on a socket that listens already, of this network or of another."""
        self.state = State(clusters)
        self.lock = threading.Lock()
        self.requests: list[Request] = []
        self.before: Callable[[str, str], None] = lambda method, path: None
        """Called with method and path before a request is answered."""
        self.address, self.port = listening.getsockname()[:2]
        certificate, key = self_signed(folder, self.address)
        self.ca = certificate.read_text()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server = _Server(self, listening, context)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> "Rancher":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its server-url."""
        return f"https://{self.address}:{self.port}"

    @property
    def ca_checksum(self) -> str:
        """SHA-256 of what ``/cacerts`` answers."""
        return hashlib.sha256(self.ca.encode()).hexdigest()

    def changes(self) -> list[str]:
        """What people changed, as ``METHOD path``, in order."""
        return [f"{one.method} {one.path}" for one in self.requests if one.changed]

    def answer(self, method: str, target: str, headers: dict[str, str], body: Thing) -> Answer:
        """Code and body for one request."""
        parts = urlsplit(target)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.before(method, parts.path)
        with self.lock:
            code, said = self._route(method, parts.path, query, headers, body)
            bearer = headers.get("authorization", "").removeprefix("Bearer ")
            node = bearer not in self.state.tokens
            self.requests.append(Request(method, parts.path, code, node))
        return code, said

    def _route(
        self, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: Thing
    ) -> Answer:
        if path == "/ping":
            return 200, b"pong"
        if path == "/cacerts":
            return 200, self.ca.encode()
        if path.startswith("/assets/rancher-system-agent-"):
            return 200, (PROGRAMS / "system_agent.py").read_bytes()
        if path == "/lab/rke2":
            return 200, (PROGRAMS / "rke2.py").read_bytes()
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        if path == "/v3/connect/agent":
            return self._connect(bearer, headers)
        if path == "/v1-rke2/serving-kubelet.crt":
            return self._kubelet(headers)
        cluster, rest = self._proxied(path)
        if bearer in self.state.agents and path.startswith("/k8s/clusters/local/"):
            plan = self.state.plans.get(self.state.agents[bearer])
            return (200, plan) if plan else (404, _status(404, "no such plan"))
        if cluster and headers.get("authorization", "") == _basic(cluster):
            return self._of_kubelet(method, rest, cluster, body)
        owns = self.state.tokens.get(bearer)
        if owns is None:
            return 401, {"type": "error", "status": "401", "message": "must authenticate"}
        if path.startswith("/k8s/clusters/"):
            if cluster is None:
                return 404, _status(404, "cluster not found")
            if cluster.name not in owns:
                return 403, _status(403, "forbidden")
            return self._kubernetes(method, rest, query, cluster, body)
        return self._management(method, path, query, owns)

    def _connect(self, bearer: str, headers: dict[str, str]) -> Answer:
        """rancher/rancher pkg/capr/configserver/server.go, connectAgent."""
        told = {
            key.removeprefix("x-cattle-"): value
            for key, value in headers.items()
            if key.startswith("x-cattle-")
        }
        machine = self.state.connect(bearer, told, self.url)
        if machine is None:
            return 401, b""
        authority = base64.b64encode(self.ca.encode()).decode()
        access = {
            "clusters": [
                {
                    "name": "agent",
                    "cluster": {"server": self.url, "certificate-authority-data": authority},
                }
            ],
            "users": [{"name": "agent", "user": {"token": self.state.agent(machine)}}],
            "contexts": [{"name": "agent", "context": {"cluster": "agent", "user": "agent"}}],
            "current-context": "agent",
        }
        return 200, {
            "namespace": NAMESPACE,
            "secretName": f"{machine}-machine-plan",
            "kubeConfig": json.dumps(access),
        }

    def _kubelet(self, headers: dict[str, str]) -> Answer:
        """k3s pkg/server/auth and pkg/nodepassword: a name comes with the password it had first."""
        given = headers.get("authorization", "")
        cluster = next((one for one in self.state.clusters.values() if _basic(one) == given), None)
        if cluster is None:
            return 401, _status(401, "Unauthorized")
        node, shown = headers["rke2-node-name"], headers["rke2-node-password"]
        if not self.state.password(cluster, node, shown):
            return 403, _status(403, "Node password rejected, duplicate hostname")
        return 200, {}

    def _of_kubelet(self, method: str, rest: str, cluster: Cluster, body: Thing) -> Answer:
        if (method, rest) == ("POST", "/api/v1/nodes"):
            return (201 if self.state.join(cluster, body) else 409), {}
        if found := re.fullmatch(r"/api/v1/nodes/([^/]+)/status", rest):
            cluster.nodes[found[1]]["status"] = body["status"]
            return 200, {}
        name = rest.rpartition("/")[2]
        if method == "PUT" and name in cluster.nodes:
            cluster.leases[name] = self.state.clock()
            return 200, {}
        return 404, _status(404, f'nodes "{name}" not found')

    def _proxied(self, path: str) -> tuple[Cluster | None, str]:
        found = re.fullmatch(r"/k8s/clusters/([^/]+)(/.*)", path)
        return (self.state.by_id(found[1]), found[2]) if found else (None, "")

    def _management(
        self, method: str, path: str, query: dict[str, str], owns: frozenset[str]
    ) -> Answer:
        """Rancher's own API: Steve below /v1 (rancher/steve), Norman below /v3."""
        state = self.state
        seen = [one for name, one in state.clusters.items() if name in owns]
        ids = {one.id for one in seen}
        collection, _, name = path.partition(f"/{NAMESPACE}/")
        collection = collection.removesuffix(f"/{NAMESPACE}")
        if collection == "/v1/provisioning.cattle.io.clusters" and method == "GET":
            known = {one.name: _cluster(one) for one in seen}
            return _one_of(known, name) if name else _collection(list(known.values()))
        if collection == "/v1/cluster.x-k8s.io.machines":
            mine = {n: m for n, m in state.machines.items() if m["spec"]["clusterName"] in owns}
            if method == "DELETE" and name in mine:
                del state.machines[name]
                state.plans.pop(name, None)
                return 200, mine[name]
            return _one_of(mine, name) if name else _collection(list(mine.values()))
        if path == "/v3/clusterregistrationtokens" and method == "GET":
            wanted = query.get("clusterId")
            return _collection([_token(o, self) for o in seen if wanted in (None, o.id)])
        if path.startswith("/v3/nodes"):
            managed = {n: m for n, m in state.management.items() if m["clusterId"] in ids}
            name = path.removeprefix("/v3/nodes").strip("/")
            if method == "DELETE" and name in managed:
                return 200, state.management.pop(name)
            if name:
                return _one_of(managed, name)
            return _collection([m for m in managed.values() if _matches(m, query)])
        return 404, {"type": "error", "status": "404", "code": "NotFound"}

    def _kubernetes(
        self, method: str, rest: str, query: dict[str, str], cluster: Cluster, body: Thing
    ) -> Answer:
        """core/v1 and the eviction subresource of policy/v1 (Kubernetes API reference)."""
        if found := re.fullmatch(r"/api/v1/nodes(?:/([^/]+))?", rest):
            return self._nodes(method, found[1], cluster, body)
        if rest == "/api/v1/pods":
            node = query.get("fieldSelector", "").removeprefix("spec.nodeName=")
            mine = [pod for pod in cluster.pods.values() if node in ("", pod["spec"]["nodeName"])]
            return 200, {"kind": "PodList", "apiVersion": "v1", "items": mine}
        if found := re.fullmatch(r"/api/v1/namespaces/([^/]+)/pods/([^/]+)/eviction", rest):
            return _evict(cluster, (found[1], found[2]))
        if found := re.fullmatch(r"/api/v1/namespaces/([^/]+)/secrets/([^/]+)", rest):
            key = (found[1], found[2])
            if key not in cluster.secrets:
                return 404, _status(404, f'secrets "{key[1]}" not found')
            if method == "DELETE":
                del cluster.secrets[key]
                return 200, _status(200, "")
            return 200, cluster.secrets[key]
        return 404, _status(404, "the server could not find the requested resource")

    def _nodes(self, method: str, name: str | None, cluster: Cluster, body: Thing) -> Answer:
        if name is None:
            items = [self.state.node(cluster, known) for known in cluster.nodes]
            return 200, {"kind": "NodeList", "apiVersion": "v1", "items": items}
        if name not in cluster.nodes:
            return 404, _status(404, f'nodes "{name}" not found')
        if method == "PATCH":
            cluster.nodes[name]["spec"] |= body.get("spec", {})
        if method == "DELETE":
            del cluster.nodes[name]
            gone = [key for key, pod in cluster.pods.items() if pod["spec"]["nodeName"] == name]
            for key in gone:
                del cluster.pods[key]
            return 200, _status(200, "")
        return 200, self.state.node(cluster, name)


def _evict(cluster: Cluster, pod: tuple[str, str]) -> Answer:
    if pod not in cluster.pods:
        return 404, _status(404, f'pods "{pod[1]}" not found')
    left = cluster.budgets.get(pod, 0)
    if left:
        cluster.budgets[pod] = left - 1 if left > 0 else left
        return 429, _status(429, "Cannot evict pod as it would violate the pod's disruption budget")
    del cluster.pods[pod]
    return 201, _status(201, "")


def _cluster(cluster: Cluster) -> Thing:
    return {
        "id": f"{NAMESPACE}/{cluster.name}",
        "type": "provisioning.cattle.io.cluster",
        "metadata": {"name": cluster.name, "namespace": NAMESPACE},
        "spec": {"kubernetesVersion": "v1.33.5+rke2r1"},
        "status": {"clusterName": cluster.id, "ready": True},
    }


def _token(cluster: Cluster, rancher: Rancher) -> Thing:
    command = (
        f"curl --insecure -fL {rancher.url}/system-agent-install.sh | sudo  sh -s - --server "
        f"{rancher.url} --label 'cattle.io/os=linux' --token {cluster.registration} "
        f"--ca-checksum {rancher.ca_checksum}"
    )
    return {
        "id": f"{cluster.id}:default-token",
        "type": "clusterRegistrationToken",
        "clusterId": cluster.id,
        "token": cluster.registration,
        "nodeCommand": command,
        "insecureNodeCommand": command,
        "state": "active",
    }


def _basic(cluster: Cluster) -> str:
    return "Basic " + base64.b64encode(f"node:{cluster.server_token}".encode()).decode()


def _matches(thing: Thing, query: dict[str, str]) -> bool:
    return all(thing.get(key) == value for key, value in query.items() if key in thing)


def _collection(things: list[Thing]) -> Answer:
    return 200, {"type": "collection", "data": things}


def _one_of(things: dict[str, Thing], name: str) -> Answer:
    if name in things:
        return 200, things[name]
    return 404, {"type": "error", "status": "404", "code": "NotFound", "message": name}


def _status(code: int, message: str) -> Thing:
    said = "Success" if code < 300 else "Failure"
    return {"kind": "Status", "apiVersion": "v1", "status": said, "message": message, "code": code}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, rancher: Rancher, listening: socket.socket, tls: ssl.SSLContext) -> None:
        super().__init__(listening.getsockname()[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        # The handshake is the handler's: one that hangs must not keep others waiting.
        self.socket = tls.wrap_socket(listening, server_side=True, do_handshake_on_connect=False)
        self.rancher = rancher

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away, or does not trust us, is no fault of the server's."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 10

    def handle_any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        text = self.rfile.read(length)
        headers = {key.lower(): value for key, value in self.headers.items()}
        body = json.loads(text) if text else {}
        code, said = self.server.rancher.answer(self.command, self.path, headers, body)
        content = said if isinstance(said, bytes) else json.dumps(said).encode()
        kind = "text/plain" if isinstance(said, bytes) else "application/json"
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """What was asked is kept in ``Rancher.requests``."""
