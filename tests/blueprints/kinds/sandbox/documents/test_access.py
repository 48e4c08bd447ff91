"""Rights that are the same everywhere, and what the API server refuses; its CEL is evaluated."""

from __future__ import annotations

from typing import Any

import cel
import pytest

from tests.blueprints.kinds.sandbox.specifications import named, objects, project, rendered, typed
from tests.blueprints.kinds.sandbox.test_rules import COMMERCIAL

ROLES = "platform/access/roles.yaml"
HOSTS = "platform/admission/ingress-hosts.yaml"
GPUS = "platform/admission/gpu-nodes.yaml"


def test_nobody_of_a_project_reads_secrets_or_changes_what_git_says() -> None:
    for role in objects(rendered(typed(project())), ROLES):
        if not role["metadata"]["name"].startswith("sandbox-"):
            continue
        for rule in role["rules"]:
            assert "*" not in (*rule["apiGroups"], *rule["resources"], *rule["verbs"])
            assert "secrets" not in rule["resources"]
            assert not {"escalate", "bind", "impersonate", "patch", "update"} & set(rule["verbs"])


def test_each_role_may_what_the_one_below_it_may() -> None:
    made = rendered(typed(project()))

    def rights(name: str) -> set[tuple[str, str, str]]:
        return {
            (group, resource, verb)
            for rule in named(made, ROLES, "ClusterRole", name)["rules"]
            for group in rule["apiGroups"]
            for resource in rule["resources"]
            for verb in rule["verbs"]
        }

    assert rights("sandbox-viewer") < rights("sandbox-member") < rights("sandbox-admin")
    more = rights("sandbox-admin") - rights("sandbox-member")
    assert more == {("", "pods/exec", "create")}


def allowed(path: str, thing: dict[str, Any], **changes: Any) -> bool:
    """What the API server would say: variables first, then the one validation."""
    policy = objects(rendered(typed(project(), **changes)), path)[0]["spec"]
    variables: dict[str, Any] = {}
    for variable in policy.get("variables", []):
        variables[variable["name"]] = cel.evaluate(
            variable["expression"], {"object": thing, "variables": variables}
        )
    (validation,) = policy["validations"]
    said = cel.evaluate(validation["expression"], {"object": thing, "variables": variables})
    assert isinstance(said, bool)
    return said


def ingress(*hosts: str, tls: str | None = None) -> dict[str, Any]:
    spec: dict[str, Any] = {"rules": [{"host": host} for host in hosts]}
    if tls is not None:
        spec["tls"] = [{"hosts": [tls]}]
    return {"metadata": {"namespace": "climate"}, "spec": spec}


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        (ingress("a.climate.sandboxes.example.org"), True),
        (ingress("a.other.sandboxes.example.org"), False),
        (ingress("argocd.example.org"), False),
        (ingress("a.climate.sandboxes.example.org", "b.org"), False),
        (ingress("xclimate.sandboxes.example.org"), False),
        (ingress("a.climate.sandboxes.example.org", tls="dex.example.org"), False),
        ({"metadata": {"namespace": "climate"}, "spec": {"rules": [{}]}}, False),
        ({"metadata": {"namespace": "climate"}, "spec": {}}, False),
    ],
)
def test_an_ingress_answers_only_below_its_projects_name(
    thing: dict[str, Any], expected: bool
) -> None:
    assert allowed(HOSTS, thing) is expected


GPU = {"resources": {"limits": {"nvidia.com/gpu": "1"}}}
HPC = {"nodeSelector": {"hpc": "true"}}
TOLERATES = {"tolerations": [{"key": "hpc", "operator": "Exists"}]}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"containers": [{}]}, True),
        ({"containers": [GPU], **HPC, **TOLERATES}, True),
        ({"containers": [{}], **HPC}, False),
        ({"containers": [{}], **TOLERATES}, False),
        ({"containers": [{}], "tolerations": [{"operator": "Exists"}]}, False),
        ({"containers": [{}], "tolerations": [{"key": "other"}]}, True),
        ({"containers": [{}, GPU], **TOLERATES}, True),
    ],
)
def test_nodes_with_gpus_are_for_pods_that_ask_for_one(
    spec: dict[str, Any], expected: bool
) -> None:
    assert allowed(GPUS, {"spec": spec}) is expected


def test_a_commercial_site_without_labels_has_no_such_policy() -> None:
    assert GPUS not in rendered(typed(project(), **COMMERCIAL))


def test_policies_are_bound_to_the_projects_namespaces_and_deny() -> None:
    made = rendered(typed(project()))
    (space,) = objects(made, "projects/climate/tenancy/namespace.yaml")
    for path in (HOSTS, GPUS):
        policy, binding = objects(made, path)
        assert binding["spec"]["policyName"] == policy["metadata"]["name"]
        assert binding["spec"]["validationActions"] == ["Deny"]
        wanted = binding["spec"]["matchResources"]["namespaceSelector"]["matchLabels"]
        assert wanted.items() <= space["metadata"]["labels"].items()
