"""The lab's Rancher answers as the real one where playbooks depend on it."""

import base64
import json
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.labs.rancher import Rancher
from tests.labs.rancher_state import Cluster, Registration, State

HERE, THERE = "production-a", "tds-b"
NOTHING = Registration((), (), (), ())


@pytest.fixture(scope="module")
def rancher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rancher]:
    listening = socket.create_server(("127.0.0.1", 0))
    with Rancher(tmp_path_factory.mktemp("rancher"), [HERE, THERE], listening) as server:
        yield server


@pytest.fixture
def state(rancher: Rancher) -> State:
    """Nobody is registered; the lab's clock stands still."""
    now = State([HERE, THERE], clock=lambda: 0.0)
    rancher.state = now
    rancher.requests.clear()
    return now


def ask(
    rancher: Rancher, method: str, path: str, access: str = "", body: Any = None, **headers: str
) -> tuple[int, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if access:
        named["Authorization"] = access if access.startswith("Basic") else f"Bearer {access}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(rancher.url + path, data, named, method=method)
    trust = ssl.create_default_context(cadata=rancher.ca)
    try:
        with urllib.request.urlopen(request, context=trust, timeout=5) as answer:
            text = answer.read()
            return answer.status, json.loads(text) if text[:1] == b"{" else text
    except urllib.error.HTTPError as error:
        with error:
            return error.code, None


def register(rancher: Rancher, cluster: Cluster, node: str, machine: str) -> Any:
    told = {"X_Cattle_Id": machine, "X_Cattle_Node_Name": node, "X_Cattle_Role_Worker": "true"}
    code, answer = ask(rancher, "GET", "/v3/connect/agent", cluster.registration, **told)
    assert code == 200
    return answer


def kubelet(rancher: Rancher, cluster: Cluster, node: str, password: str) -> int:
    given = base64.b64encode(f"node:{cluster.server_token}".encode()).decode()
    shown = {"Rke2_Node_Name": node, "Rke2_Node_Password": password}
    return ask(rancher, "GET", "/v1-rke2/serving-kubelet.crt", f"Basic {given}", **shown)[0]


def test_its_ca_is_what_its_checksum_says(rancher: Rancher, state: State) -> None:
    code, text = ask(rancher, "GET", "/cacerts")
    assert code == 200
    assert text.decode() == rancher.ca
    assert len(rancher.ca_checksum) == 64


@pytest.mark.parametrize(
    "path", ["/v3/nodes", "/v1/cluster.x-k8s.io.machines", "/v3/clusterregistrationtokens"]
)
def test_nobody_is_told_anything_without_a_token(rancher: Rancher, state: State, path: str) -> None:
    assert ask(rancher, "GET", path)[0] == 401
    assert ask(rancher, "GET", path, "token-aaaaa:wrong")[0] == 401


def test_a_token_sees_the_clusters_of_its_owner_only(rancher: Rancher, state: State) -> None:
    token = state.token(HERE)
    there = state.clusters[THERE].id
    register(rancher, state.clusters[THERE], "node", "1")
    _, clusters = ask(rancher, "GET", "/v1/provisioning.cattle.io.clusters", token)
    assert [one["metadata"]["name"] for one in clusters["data"]] == [HERE]
    assert ask(rancher, "GET", "/v1/cluster.x-k8s.io.machines", token)[1]["data"] == []
    query = f"/v3/clusterregistrationtokens?clusterId={there}"
    assert ask(rancher, "GET", query, token)[1]["data"] == []
    assert ask(rancher, "GET", f"/k8s/clusters/{there}/api/v1/nodes", token)[0] == 403


def test_a_machine_that_asks_twice_is_one_machine(rancher: Rancher, state: State) -> None:
    cluster = state.clusters[HERE]
    first, second = (register(rancher, cluster, "node", "1")["secretName"] for _ in range(2))
    assert first == second
    assert len(state.registered(HERE, "node").machines) == 1


def test_a_machine_with_another_id_is_another_although_its_name_is_the_same(
    rancher: Rancher, state: State
) -> None:
    for machine in "12":
        register(rancher, state.clusters[HERE], "node", machine)
    assert len(state.registered(HERE, "node").machines) == 2


def test_an_agent_gets_its_own_plan_with_its_node_in_it(rancher: Rancher, state: State) -> None:
    told = register(rancher, state.clusters[HERE], "node", "1")
    token = json.loads(told["kubeConfig"])["users"][0]["user"]["token"]
    path = f"/k8s/clusters/local/api/v1/namespaces/fleet-default/secrets/{told['secretName']}"
    code, secret = ask(rancher, "GET", path, token)
    assert code == 200
    plan = json.loads(base64.b64decode(secret["data"]["plan"]))
    config = json.loads(base64.b64decode(plan["files"][0]["content"]))
    assert config["node-name"] == "node"


def test_a_second_node_of_a_name_is_refused_until_the_password_of_the_first_is_gone(
    rancher: Rancher, state: State
) -> None:
    cluster, token = state.clusters[HERE], state.token(HERE)
    assert kubelet(rancher, cluster, "node", "first") == 200
    assert kubelet(rancher, cluster, "node", "second") == 403
    secret = "namespaces/kube-system/secrets/node.node-password.rke2"
    path = f"/k8s/clusters/{cluster.id}/api/v1/{secret}"
    assert ask(rancher, "DELETE", path, token)[0] == 200
    assert kubelet(rancher, cluster, "node", "second") == 200


def joined(state: State, name: str = "node") -> Cluster:
    cluster = state.clusters[HERE]
    state.join(cluster, {"metadata": {"name": name, "labels": {}}, "spec": {}, "status": {}})
    return cluster


def test_a_budget_refuses_an_eviction_until_it_allows_it(rancher: Rancher, state: State) -> None:
    cluster, token = joined(state), state.token(HERE)
    state.pod(HERE, "node", "web")
    cluster.budgets["default", "web"] = 1
    path = f"/k8s/clusters/{cluster.id}/api/v1/namespaces/default/pods/web/eviction"
    codes = [ask(rancher, "POST", path, token, {"kind": "Eviction"})[0] for _ in range(3)]
    assert codes == [429, 201, 404]


def test_a_node_that_is_deleted_takes_its_pods_along_and_nothing_else(
    rancher: Rancher, state: State
) -> None:
    cluster, token = joined(state), state.token(HERE)
    state.pod(HERE, "node", "web")
    path = f"/k8s/clusters/{cluster.id}/api/v1/nodes/node"
    assert ask(rancher, "DELETE", path, token)[0] == 200
    assert cluster.pods == {}
    assert len(state.registered(HERE, "node").management) == 1


def test_a_node_whose_kubelet_is_silent_is_not_ready(rancher: Rancher, state: State) -> None:
    cluster, token = joined(state), state.token(HERE)
    path = f"/k8s/clusters/{cluster.id}/api/v1/nodes/node"
    conditions = ask(rancher, "GET", path, token)[1]["status"]["conditions"]
    assert [one["status"] for one in conditions] == ["True"]
    state.clock = lambda: 60.0
    conditions = ask(rancher, "GET", path, token)[1]["status"]["conditions"]
    assert [one["status"] for one in conditions] == ["Unknown"]


def test_what_people_changed_is_told_apart_from_what_nodes_did(
    rancher: Rancher, state: State
) -> None:
    cluster, token = joined(state), state.token(HERE)
    register(rancher, cluster, "other", "2")
    ask(rancher, "PATCH", f"/k8s/clusters/{cluster.id}/api/v1/nodes/node", token, {"spec": {}})
    assert rancher.changes() == [f"PATCH /k8s/clusters/{cluster.id}/api/v1/nodes/node"]
    assert state.registered(HERE, "nobody") == NOTHING
