from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from tce.render.cluster import audit
from tests.tce.intent.specifications import typed
from tests.tce.render.cluster.rendered import texts

LEVELS = ("None", "Metadata", "Request", "RequestResponse")


def rules() -> list[dict[str, Any]]:
    found = yaml.safe_load(texts(audit.files, typed())["rke2/audit.yaml"])
    assert (found["apiVersion"], found["kind"]) == ("audit.k8s.io/v1", "Policy")
    listed: list[dict[str, Any]] = found["rules"]
    return listed


def fits(rule: dict[str, Any], user: str, verb: str, group: str, resource: str) -> bool:
    """Kubernetes' own reading: what a rule does not say, fits everything."""
    if "nonResourceURLs" in rule:
        return False
    if "users" in rule and user not in rule["users"]:
        return False
    if "userGroups" in rule and not user.startswith("system:node:"):
        return False
    if "verbs" in rule and verb not in rule["verbs"]:
        return False
    return "resources" not in rule or any(
        one["group"] == group and (not one.get("resources") or resource in one["resources"])
        for one in rule["resources"]
    )


def level(user: str, verb: str, group: str, resource: str) -> str:
    found = next(one for one in rules() if fits(one, user, verb, group, resource))
    return str(found["level"])


def secrets() -> Iterator[tuple[str, str]]:
    yield from (("", "secrets"), ("", "configmaps"), ("", "serviceaccounts/token"))
    yield ("authentication.k8s.io", "tokenreviews")


def test_the_content_of_secrets_is_never_written_down() -> None:
    for group, resource in secrets():
        for verb in ("get", "list", "create", "update", "patch", "delete"):
            assert level("anna", verb, group, resource) == "Metadata"


def test_whoever_enters_a_pod_or_changes_what_keeps_apart_is_written_down() -> None:
    assert level("anna", "create", "", "pods/exec") == "Request"
    for group, resource in (
        ("cilium.io", "ciliumclusterwidenetworkpolicies"),
        ("rbac.authorization.k8s.io", "rolebindings"),
        ("storage.k8s.io", "storageclasses"),
        ("admissionregistration.k8s.io", "validatingadmissionpolicies"),
    ):
        assert level("anna", "delete", group, resource) == "RequestResponse"


def test_nothing_that_people_do_is_left_out() -> None:
    assert rules()[-1] == {"level": "Metadata"}
    for verb in ("get", "list", "watch", "create"):
        assert level("anna", verb, "apps", "deployments") != "None"
    assert all(one["level"] in LEVELS for one in rules())


def test_a_nodes_own_reading_is_no_event_but_its_changes_are() -> None:
    assert level("system:node:one", "watch", "", "pods") == "None"
    assert level("system:node:one", "create", "", "secrets") == "Metadata"
