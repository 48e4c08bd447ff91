from blueprints.kinds.sandbox.documents.dex import clients
from blueprints.kinds.sandbox.stacks.roles.door import door
from tests.blueprints.kinds.sandbox.specifications import GITHUB
from tests.blueprints.kinds.sandbox.stacks.made import STACKS, by_name, network, place, pod, spec

UPSTREAMS = [("chat", "http", 8000, "/"), ("reports", "http", 8080, "/reports/")]


def test_dex_knows_the_door_by_the_same_name_address_and_secret() -> None:
    read = spec(STACKS["rag"])
    (client,) = [one for one in clients(read) if one.id == "climate-papers"]
    made = by_name(door(place(), UPSTREAMS).objects)
    settings = made["ConfigMap/papers-door"]["data"]
    assert settings["client_id"] == client.id
    assert (settings["redirect_url"],) == client.redirect
    (entry, _) = made["ExternalSecret/papers-door"]["spec"]["data"]
    assert (entry["remoteRef"]["key"], entry["remoteRef"]["property"]) == client.key


def test_people_of_the_project_come_in_and_nobody_else() -> None:
    settings = by_name(door(place(), UPSTREAMS).objects)["ConfigMap/papers-door"]["data"]
    assert settings["groups"] == "climate-admins,climate-members,climate-viewers"
    github = by_name(door(place("papers", **GITHUB), UPSTREAMS).objects)["ConfigMap/papers-door"][
        "data"
    ]
    assert github["groups"].startswith("example-sandboxes:climate-admins,")


def test_tokens_are_asked_for_inside_the_cluster_also_below_a_path() -> None:
    assert _settings("https://dex.example.org")["login_url"] == "https://dex.example.org/auth"
    below = _settings("https://login.example.org/dex")
    assert below["login_url"] == "https://login.example.org/dex/auth"
    assert below["redeem_url"].partition("/dex/token")[1] == "/dex/token"
    assert below["redeem_url"].startswith("http://dex.dex.svc")


def _settings(issuer: str) -> dict[str, str]:
    here = place()
    identity = here.site.identity.model_copy(update={"issuer": issuer})
    moved = here.site.model_copy(update={"identity": identity})
    made = by_name(door(type(here)(moved, here.project, here.stack), UPSTREAMS).objects)
    found: dict[str, str] = made["ConfigMap/papers-door"]["data"]
    return found


def test_every_upstream_may_be_called() -> None:
    component = door(place(), UPSTREAMS)
    assert component.calls == [("chat", "http"), ("reports", "http")]
    settings = by_name(component.objects)["ConfigMap/papers-door"]["data"]
    assert settings["upstreams"].endswith("http://papers-reports:8080/reports/")
    policy = {one["metadata"]["name"]: one for one in network("rag")}["papers-door"]
    assert "dex" in str(policy["spec"]["egress"])


def test_two_doors_stand_beside_each_other() -> None:
    made = by_name(door(place(), UPSTREAMS).objects)
    assert made["Deployment/papers-door"]["spec"]["replicas"] == 2
    assert made["PodDisruptionBudget/papers-door"]["spec"]["maxUnavailable"] == 1
    assert "topologySpreadConstraints" in pod(made["Deployment/papers-door"])
