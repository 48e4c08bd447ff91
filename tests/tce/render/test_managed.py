"""The same stack managed and in a trusted environment: what differs, and why.

Every difference has its reason here, and every reason its difference: whoever makes the two differ
more, or less, says so. The whole list is `golden/managed.txt`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
import yaml

from blueprints.engine import render
from blueprints.engine.blueprint import File
from tce.blueprint import BLUEPRINT
from tests.golden import Golden
from tests.tce.intent.specifications import data, typed
from tests.tce.render.managed import managed

Document = dict[str, Any]
CHANGED = {"sandboxes/1/groups/viewers": "wards-readers"}
"""A managed sandbox wants three groups that differ."""

ONLY_MANAGED = {
    "ApplicationSet": "a template could name another project; here every Application is written",
    "ClusterSecretStore": "one identity for every namespace (external-secrets#3827)",
    "Secret": "that told ArgoCD of registries of charts, which no signature covers",
}
ONLY_TRUSTED = {
    "AdmissionConfiguration": "RKE2 starts with pod security of its own, not Rancher's",
    "Certificate": "signed by the institution's OpenBao, not asked of Let's Encrypt",
    "CiliumClusterwideNetworkPolicy": "deny all, nodes too; a managed cluster isolates projects",
    "CiliumL2AnnouncementPolicy": "the way in is Cilium's own: one program less",
    "CiliumLoadBalancerIPPool": "the way in is Cilium's own: one program less",
    "CiliumNetworkPolicy": "each workload reaches the flows that it names, by address",
    "ClusterNetwork": "a network of its own on the provider's Harvester",
    "EncryptionConfiguration": "etcd under a key of OpenBao (KMSv2), not one on the server's disk",
    "HelmChartConfig": "Cilium in strict mode; Rancher would have written it",
    "Issuer": "one for each namespace, with an identity of its own",
    "NetworkAttachmentDefinition": "the environment's VLAN, confirmed by the provider",
    "PersistentVolumeClaim": "volumes of programs, each under a key of its own",
    "Policy": "what the API server writes down for the institution",
    "StorageClass": "the only one, and it encrypts; elsewhere the site has its own",
    "VirtualMachine": "machines are the provider's to make, and nothing of them is secret",
    "VlanConfig": "a network of its own on the provider's Harvester",
    "files .conf": "the tunnel, and how kernels are hardened",
    "files .eos": "filters of the provider's switches, proved",
    "files .ios": "filters of the provider's switches, proved",
    "files .junos": "filters of the provider's switches, proved",
    "files .nft": "the perimeter, proved and tested with packets",
    "files .pem": "the institution's authority, and public keys of who answers for keys",
    "files .service": "filters and keys are there before Kubernetes starts; gates before Tang",
}


@pytest.fixture(scope="module")
def both() -> tuple[tuple[File, ...], tuple[File, ...]]:
    return managed(data(CHANGED)), render.render(BLUEPRINT, typed(CHANGED))


def things(files: Iterable[File]) -> set[str]:
    """Kinds of documents, and of files that are no documents."""
    found = set()
    for one in files:
        name = one.path.rpartition("/")[2]
        if "/templates/" in one.path or one.path.startswith("ansible"):
            continue  # Charts' text, and roles, whose files are of all sorts.
        if one.path.endswith((".yaml", ".yml")):
            documents = [*yaml.safe_load_all(one.content)]
            found |= {
                one["kind"]
                for one in documents
                if isinstance(one, dict) and {"kind", "apiVersion"} <= one.keys()
            }
        elif "." in name[1:] and not name.startswith("."):
            found.add(f"files .{name.rpartition('.')[2]}")
    return found


_OF_NO_WEIGHT = {"files .json", "files .md", "files .py", "files .sh", "files .gitkeep"}


def test_every_kind_that_one_has_and_the_other_has_not_has_its_reason(
    both: tuple[tuple[File, ...], tuple[File, ...]],
) -> None:
    ours, theirs = (things(files) - _OF_NO_WEIGHT for files in both)
    assert sorted(ours - theirs) == sorted(ONLY_MANAGED)
    assert sorted(theirs - ours) == sorted(ONLY_TRUSTED)


def sandbox(files: Iterable[File], name: str) -> dict[str, Document]:
    """What bounds a project: by kind and name."""
    kinds = ("Namespace", "ResourceQuota", "LimitRange", "RoleBinding", "NetworkPolicy")
    found = {}
    for one in files:
        if not one.path.endswith(".yaml") or f"/{name}/" not in one.path:
            continue
        for document in yaml.safe_load_all(one.content):
            if isinstance(document, dict) and document.get("kind") in kinds:
                found[f"{document['kind']} {document['metadata']['name']}"] = document
    return found


def test_what_bounds_a_project_is_the_same(
    both: tuple[tuple[File, ...], tuple[File, ...]],
) -> None:
    """Quota, limits, pod security, rights and a policy that denies all: word by word."""
    for name in ("genomics", "inference"):
        ours, theirs = (sandbox(files, name) for files in both)
        same = ours.keys() & theirs.keys()
        assert {one.split()[0] for one in same} == {
            "Namespace",
            "ResourceQuota",
            "LimitRange",
            "RoleBinding",
            "NetworkPolicy",
        }
        for one in same:
            assert [*differing(ours[one], theirs[one], one)] == [
                f"{one} metadata.labels.app.kubernetes.io/component"
            ] * (one == "NetworkPolicy default-deny")
        assert theirs.keys() <= ours.keys()
        assert (
            ours.keys() - theirs.keys()
            == {
                "NetworkPolicy allow-dns",
                "NetworkPolicy allow-object-storage",
                "RoleBinding argocd-applications",
            }
            & ours.keys()
        )


def differing(one: object, other: object, at: str) -> Iterator[str]:
    """Places whose values differ."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in sorted({*one, *other}):
            below = f"{at}.{key}" if " metadata" in at or " spec" in at else f"{at} {key}"
            yield from differing(one.get(key), other.get(key), below)
    elif one != other:
        yield at


def test_the_list_of_differences_is_for_people_too(golden: Golden) -> None:
    lines = ["The same cluster and sandboxes, managed and in a trusted environment."]
    for title, table in (("only managed", ONLY_MANAGED), ("only trusted", ONLY_TRUSTED)):
        lines += ["", f"{title}:"]
        lines += [f"  {name}: {why}" for name, why in sorted(table.items())]
    golden.check("managed.txt", "\n".join(lines) + "\n")


def test_nothing_of_the_provider_manages_it(
    both: tuple[tuple[File, ...], tuple[File, ...]],
) -> None:
    """A managed cluster names Rancher on every way; this one only to say that it has none."""
    theirs, trusted = (
        sum(one.content.lower().count(b"rancher2_") for one in files) for files in both
    )
    assert theirs > 0
    assert trusted == 0
    words = (b"cattle-cluster-agent", b"rancher-system-agent", b"cattle-system")
    assert not any(word in one.content for one in both[1] for word in words)
