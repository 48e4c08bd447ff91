"""What has to fit together."""

from __future__ import annotations

from typing import Any

import pytest

from blueprints import yamlfile
from blueprints.kinds.sandbox.spec import Specification
from blueprints.yamltext import InvalidFileError
from tests.blueprints.kinds.sandbox.specifications import GITHUB, project, site, specification

BASE = site()
COMMERCIAL = {
    "profile": "commercial",
    "storage": {key: value for key, value in BASE["storage"].items() if key != "scratch"},
}
NO_ADDRESSES = {**BASE["storage"], "object": {"endpoint": "https://s3.example.org"}}
S3 = {"s3": [{"name": "a", "bucket": "bucket"}]}


def said(*projects: dict[str, Any], **changes: Any) -> str:
    with pytest.raises(InvalidFileError) as caught:
        yamlfile.parse(Specification, specification(*projects, **changes), "s.yaml")
    return "\n".join(caught.value.messages)


def right(*projects: dict[str, Any], **changes: Any) -> None:
    yamlfile.parse(Specification, specification(*projects, **changes), "s.yaml")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"git": {**GITHUB["git"]}}, "teams of GitHub cannot follow the groups of keycloak"),
        (
            {**GITHUB, "git": {**GITHUB["git"], "organisation": "another"}},
            "has to be that of identity",
        ),
        ({"git": {**BASE["git"], "url": "https://git.example.org/"}}, "without / at its end"),
        (
            {"git": {**BASE["git"], "repository": "https://evil.example.org/a.git"}},
            "has to lie below https://git.example.org/",
        ),
        (
            {"identity": {**BASE["identity"], "namespace": "argocd"}},
            "have to differ",
        ),
        ({"storage": {**BASE["storage"], "block": "cephfs"}}, "another class than filesystem"),
        (
            {
                "identity": {
                    **BASE["identity"],
                    "clients": [{"id": "argocd", "name": "x", "redirect": ["https://a.org"]}],
                }
            },
            "two clients of the name argocd",
        ),
        ({"registries": ["other.example.org"]}, "registry that is not in registries"),
        ({"images": {}}, "needs an image of the name dex"),
        ({"kubernetes": ["1.33", "1.33"]}, "names a version twice"),
        (
            {"storage": {**BASE["storage"], "scratch": {"type": "nfs", "root": "/s"}}},
            "nfs needs a server",
        ),
        ({"gpu": {"resource": "nvidia.com/gpu"}}, "needs labels of the nodes"),
    ],
)
def test_a_site_that_does_not_fit_together(changes: dict[str, Any], text: str) -> None:
    assert text in said(**changes)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"name": "kube-thing"}, "a namespace of the platform"),
        ({"name": "argocd"}, "a namespace of the platform"),
        ({"name": "default"}, "a namespace of the platform"),
        ({"name": "a-root"}, "may not end in"),
        ({"name": "a-tenancy"}, "may not end in"),
        (
            {"groups": {"admins": "platform-admins", "members": "b", "viewers": "c"}},
            "already the group of the platform",
        ),
        (
            {"groups": {"admins": "a", "members": "a", "viewers": "c"}},
            "already the group of admins of climate",
        ),
        (
            {"members": [{"name": "a", "role": "admin"}, {"name": "a", "role": "viewer"}]},
            "two of the name a",
        ),
        ({"data": {"s3": [*S3["s3"], *S3["s3"]]}}, "two of the name a"),
        (
            {"data": {"volumes": [{"name": "v", "size": "5Ti"}]}},
            "less than the volumes of the project together",
        ),
        (
            {"network": {"egress": [{"name": "a", "why": "b", "ports": [1]}]}},
            "needs cidr or fqdn",
        ),
    ],
)
def test_a_project_that_does_not_fit(changes: dict[str, Any], text: str) -> None:
    assert text in said(project(**changes))


def test_a_group_belongs_to_one_project() -> None:
    other = project("other", groups={"admins": "climate-members", "members": "b", "viewers": "c"})
    assert "already the group of members of climate" in said(project(), other)


def test_a_uuid_belongs_to_one_project_however_it_is_written() -> None:
    plain, dashed = "5c" * 16, "5c5c5c5c-5c5c-5c5c-5c5c-5c5c5c5c5c5c"
    assert "UUID of another project" in said(project(waldur=plain), project("other", waldur=dashed))


def test_buckets_need_an_address_where_names_are_not_known() -> None:
    right(project(data=S3), storage=NO_ADDRESSES)
    assert "addresses of the endpoint are needed" in said(
        project(data=S3), storage=NO_ADDRESSES, network={"cni": "other"}
    )


def test_scratch_needs_a_site_that_has_it() -> None:
    assert "no scratch file system" in said(
        project(data={"scratch": {"sub_path": "a"}}), **COMMERCIAL
    )


def test_a_commercial_site_and_one_on_github_are_right() -> None:
    right(project(data=S3), **COMMERCIAL)
    right(project(), **GITHUB)


def test_every_problem_is_told_at_once() -> None:
    text = said(project("kube-a"), project("default"), registries=["other.example.org"])
    assert "registry" in text
