"""What an AppProject permits."""

import pytest

from blueprints.check.cluster.project import (
    glob,
    permits_destination,
    permits_kind,
    permits_source,
    policies,
    repository,
    roles,
    server_of,
    sources,
)

URL = "https://git.example.org/team/web.git"


@pytest.mark.parametrize(
    ("pattern", "value", "within", "hit"),
    [
        ("*", "a/b", False, True),
        ("a/*", "a/b", True, True),
        ("a/*", "a/b/c", True, False),
        ("a/**", "a/b/c", True, True),
        ("web-?", "web-1", False, True),
        ("web.1", "webx1", False, False),
    ],
)
def test_a_glob_stops_where_it_is_told_to(
    pattern: str, value: str, within: bool, hit: bool
) -> None:
    assert glob(pattern, value, within=within) is hit


@pytest.mark.parametrize(
    "other",
    [
        "https://git.example.org/team/web",
        "https://GIT.example.org/team/web.git/",
        "https://u@git.example.org/Team/Web.git",
    ],
)
def test_addresses_of_one_repository_are_the_same(other: str) -> None:
    assert repository(other) == repository(URL)


@pytest.mark.parametrize(
    ("entries", "hit"),
    [
        ([URL], True),
        (["*"], True),
        (["https://git.example.org/team/*"], True),
        (["https://git.example.org/*"], False),
        (["*", f"!{URL}"], False),
        ([], False),
    ],
)
def test_a_source_is_permitted_unless_it_is_denied(entries: list[str], hit: bool) -> None:
    assert permits_source({"spec": {"sourceRepos": entries}}, URL) is hit


def test_a_destination_is_a_cluster_and_a_namespace() -> None:
    project = {"spec": {"destinations": [{"name": "in-cluster", "namespace": "web-*"}]}}
    server = "https://kubernetes.default.svc"
    assert permits_destination(project, server, "web-a")
    assert not permits_destination(project, server, "shop")
    assert not permits_destination(project, "https://other", "web-a")
    assert server_of({"name": "in-cluster"}) == server


def test_without_a_list_everything_of_a_namespace_is_permitted_and_nothing_of_a_cluster() -> None:
    assert permits_kind({}, "apps", "Deployment", cluster_scoped=False)
    assert not permits_kind({}, "", "Node", cluster_scoped=True)
    empty: dict[str, object] = {"spec": {"namespaceResourceWhitelist": []}}
    assert not permits_kind(empty, "apps", "Deployment", cluster_scoped=False)
    denied = {"spec": {"namespaceResourceBlacklist": [{"group": "*", "kind": "Deployment"}]}}
    assert not permits_kind(denied, "apps", "Deployment", cluster_scoped=False)


def test_sources_are_found_one_or_several_also_in_a_set() -> None:
    assert [path for path, _ in sources({"spec": {"source": {"path": "a"}}})] == [
        ("spec", "source")
    ]
    several = {"spec": {"template": {"spec": {"sources": [{"path": "a"}, {"path": "b"}]}}}}
    assert len(list(sources(several))) == 2


def test_policies_are_read_field_by_field() -> None:
    project = {"spec": {"roles": [{"name": "a", "policies": ["p, x, y, z, w, allow"]}]}}
    ((_, role),) = roles(project)
    assert policies(role) == [(0, ["p", "x", "y", "z", "w", "allow"])]
