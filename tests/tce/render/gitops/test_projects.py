from __future__ import annotations

from tce.render.gitops import projects
from tests.tce.intent.specifications import ALPS, typed
from tests.tce.render.documents import every


def test_nothing_is_deployed_that_is_not_signed_commit_by_commit() -> None:
    spec = typed()
    made = every(projects.files(spec), "AppProject")["platform"]["spec"]
    (policy,) = made["sourceIntegrity"]["git"]["policies"]
    assert policy["gpg"]["mode"] == "strict"
    assert policy["gpg"]["keys"] == ["0000000000000A11", "0000000000000B0B"]
    assert [one["url"] for one in policy["repos"]] == made["sourceRepos"]
    assert made["sourceRepos"] == [spec.git.repository, spec.git.charts]
    assert "signatureKeys" not in made, "Argo CD refuses both at once"


def test_whoever_names_no_project_deploys_nothing() -> None:
    made = every(projects.files(typed()), "AppProject")["default"]["spec"]
    assert made["sourceRepos"] == []
    assert made["destinations"] == []


def test_destinations_and_kinds_are_named() -> None:
    for example in ("hospital", ALPS):
        made = every(projects.files(typed(example=example)), "AppProject")["platform"]["spec"]
        listed = (
            *made["destinations"],
            *made["clusterResourceWhitelist"],
            *made["namespaceResourceWhitelist"],
        )
        assert not any("*" in one.values() for one in listed)
