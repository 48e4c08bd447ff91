"""Policies of the cluster: the second reading, and mutants of what is rendered.

`make prove` takes thousands, here is the day's share.
"""

from __future__ import annotations

from collections import Counter

import pytest
import yaml

from tests.prove import SEED, share
from tests.tce.mutants.campaign import outcomes
from tests.tce.mutants.claims import AMONG, HALF, NEEDS
from tests.tce.mutants.cluster import Cluster, changes, cluster, read
from tests.tce.mutants.meaning import NotUnderstoodError
from tests.tce.mutants.of_policies import policies
from tests.tce.mutants.subjects import about, sample, subjects

MUTANTS = 1_600
WIDE, NOTEBOOK = "k8s/policy/clusterwide.yaml", "k8s/sandboxes/genomics/policies/notebook.yaml"
PLATFORM = "k8s/policy/platform.yaml"


@pytest.fixture(scope="module")
def before() -> Cluster:
    return cluster(subjects()[0].files, subjects()[0].said)


def changed(before: Cluster, file: str, old: str, new: str) -> list[tuple[str, str]]:
    """Each change, and why the proof would not speak of it, when a text stands for another."""
    text = subjects()[0].files[file].decode()
    assert old in text
    found = changes(before, before.with_(file, text.replace(old, new, 1)))
    return [(str(one), one.outside) for one in found]


def test_every_mutant_of_which_the_proof_speaks_is_found_and_no_other() -> None:
    for outcome in outcomes(sample(max(8, share(MUTANTS)), SEED, about(policies=True))):
        assert not outcome.missed, f"seed {SEED}: {outcome}: {outcome.difference}"
        assert not outcome.contradicted, f"seed {SEED}: {outcome}: {outcome.found}"


def test_a_proof_that_looks_at_no_address_misses_mutants(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tce.prove.kubernetes.minus", lambda *_: iter(()))
    wider = [one for one in about(policies=True) if "203.0.113.80/31" in one.mutant.what]
    assert {one.mutant.file for one in wider} >= {WIDE, NOTEBOOK}
    assert all(one.missed for one in outcomes(wider))


def test_there_are_mutants_of_every_sort() -> None:
    counted = Counter(one.mutant.operator for one in about(policies=True))
    assert set(counted) == {
        *("condition", "default", "delete", "direction", "entity", "family", "flip", "hook"),
        *("label", "list", "namespace", "narrow", "port", "protocol", "selector", "type", "widen"),
    }
    assert min(counted.values()) > 10


def test_a_mutant_is_another_text_and_the_rest_as_it_was() -> None:
    text = subjects()[0].files[NOTEBOOK].decode()
    first, *_ = read(text)
    for mutant in policies(NOTEBOOK, text):
        assert read(mutant.text) != (first,), mutant.what
    assert read(text) == (first,)


def test_what_means_the_same_changes_nothing(before: Cluster) -> None:
    said = yaml.load(subjects()[0].files[NOTEBOOK], yaml.CSafeLoader)
    entry = said["spec"]["ingress"][0]
    said["spec"]["ingress"] = [entry, entry]
    assert list(changes(before, before.with_(NOTEBOOK, yaml.safe_dump(said)))) == []
    said["spec"]["egress"][1]["toCIDR"] = ["203.0.113.80/32"] * 2
    assert list(changes(before, before.with_(NOTEBOOK, yaml.safe_dump(said)))) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "203.0.113.80/32",
            "203.0.113.80/31",
            "more at genomics/notebook: genomics/notebook > 203.0.113.81 TCP 443",
        ),
        (
            'port: "443"',
            'port: "444"',
            "less at genomics/notebook: genomics/notebook > 203.0.113.80 TCP 443",
        ),
        (
            "namespace: genomics",
            "namespace: dex",
            "less at genomics/notebook: ingress > genomics/notebook TCP 8888",
        ),
        (
            'port: "8888"\n        protocol: TCP',
            'port: "8888"',
            "more at genomics/notebook: ingress > genomics/notebook UDP 8888",
        ),
    ],
)
def test_what_a_workload_may_do_is_told(before: Cluster, old: str, new: str, told: str) -> None:
    assert (told, "") in changed(before, NOTEBOOK, old, new)


def test_of_the_platform_only_what_is_needed_is_left_out(before: Cluster) -> None:
    narrower = changed(before, PLATFORM, "10.200.0.10/32", "10.200.0.11/32")
    assert {reason for _, reason in narrower} == {"", NEEDS}
    among = changed(before, PLATFORM, 'port: "6379"', 'port: "6380"')
    assert {reason for _, reason in among} == {AMONG, HALF}
    assert {told.split()[0] for told, reason in among if reason == AMONG} == {"less"}


def test_without_enforcement_everything_passes(before: Cluster) -> None:
    file = "k8s/cni/rke2-cilium-config.yaml"
    found = changed(before, file, "Mode: always\n", "Mode: never\n")
    assert ("more at genomics/notebook: a node > genomics/notebook TCP 0", "") in found
    assert changed(before, file, "Mode: always\n", "Mode: default\n") == []
    nodes = changed(before, file, "hostFirewall:\n      enabled: true", "hostFirewall: {}")
    assert ("more at a node: 0.0.0.0 > a node TCP 0", "") in nodes


@pytest.mark.parametrize(
    "text",
    [
        "toCIDR: []",
        "toFQDNs: [{matchName: example.org}]",
        "toEntities: [nobody]",
        "{toCIDR: [10.0.0.0/8], toEntities: [world]}",
        'toPorts: [{ports: [{port: "1", protocol: IGMP}]}]',
    ],
)
def test_what_is_not_understood_is_an_error(before: Cluster, text: str) -> None:
    said = yaml.load(subjects()[0].files[NOTEBOOK], yaml.CSafeLoader)
    said["spec"]["egress"] = [yaml.safe_load(text)]
    with pytest.raises(NotUnderstoodError):
        list(changes(before, before.with_(NOTEBOOK, yaml.safe_dump(said))))
