from __future__ import annotations

from typing import Any

import pytest

from blueprints.yamlfile import InvalidFileError
from tests.blueprints.kinds.inference.specifications import (
    CHART,
    both,
    cluster,
    data,
    host,
    image,
    model,
    typed,
)

DEEP = host(registry="user:pass@registry.example.org")


def test_a_site_is_found_by_its_name() -> None:
    spec = typed(both())
    assert [spec.site(name).name for name in ("cloud", "desk")] == ["cloud", "desk"]


WRONG: list[tuple[dict[str, Any], str]] = [
    (data(model(), model()), "models: there are 2 of the name apertus"),
    (data(sites=[host(), host()]), "sites: there are 2 of the name desk"),
    (
        data(model(sites=["dest"])),
        "models[0].sites[0]: there is no site dest; did you mean desk?",
    ),
    (data(model(sites=["desk", "desk"])), "models[0].sites: there are 2 of the name desk"),
    (
        data(environments=[{"name": "a", "sites": ["desk"]}, {"name": "b", "sites": ["desk"]}]),
        "environments[1].sites[0]: desk is in the environment a already",
    ),
    (
        data(environments=[{"name": "a", "sites": ["disk"]}]),
        "environments[0].sites[0]: there is no site disk; did you mean desk?",
    ),
    (
        data(
            sites=[host(), host("other")],
            environments=[{"name": "production", "sites": ["desk"]}],
        ),
        "sites[1].name: other is in no environment",
    ),
    (
        both(argocd={"url": "https://argocd.example.org", "clusters": {"clod": "x"}}),
        "argocd.clusters.clod: there is no site clod; did you mean cloud?",
    ),
    (both(charts=[]), "charts says nothing of vllm-chart, which cloud is served with"),
    (both(charts=[CHART, CHART]), "charts: there are 2 of the name vllm-chart"),
    (
        data(model(engine={"version": "0.12.0"})),
        "models[0].engine.version: no image of vllm 0.12.0 for cuda on amd64",
    ),
    (data(images=[image(digest="latest")]), "images[0].digest: has to be sha256: and 64"),
    (data(sites=[DEEP]), "sites[0].registry: has to be a registry"),
    (
        data(model(name="$(touch /tmp/owned)")),
        "models[0].name: has to be lower-case letters, digits and -",
    ),
    (data(model(name="a model")), "models[0].name: has to be lower-case letters"),
    (data(model(accelerators=5)), "models[0]"),
    (
        data(
            git={
                "type": "github",
                "organisation": "others",
                "repository": "https://github.com/inference/models.git",
                "credentials": "a/b",
            }
        ),
        "git.organisation: the repository is of inference; teams of another cannot review it",
    ),
    (
        data(
            git={
                "type": "gitlab",
                "organisation": "inference",
                "repository": "https://gitlab.example.org/models.git",
                "credentials": "a/b",
            }
        ),
        "git.repository: has to name an organisation and a repository in it",
    ),
    (
        data(
            model(accelerators=8),
            sites=[
                host(node={"architecture": "amd64", "processors": 8, "memory": "64Gi", "nodes": 2})
            ],
        ),
        "models[0].sites[0]: no runtime of desk can start it (podman: ",
    ),
    (
        data(sites=[host(folders=None)]),
        "sites[0].folders: podman starts containers on nodes of desk",
    ),
    (data(sites=[cluster(profile="cmmercial")]), "sites[0].profile: there is no profile"),
    (data(model("models")), "models[0].name: models is the name of the whole"),
    (
        data(environments=[{"name": "desk", "sites": ["desk"]}]),
        "environments[0].name: desk is the name of a site",
    ),
    (
        data(model(sites=["root"]), sites=[host("root")]),
        "sites[0].name: root is what the AppProject",
    ),
    (
        both(sites=[host(), cluster(kubernetes={"namespace": "serving", "storage_class": "fast"})]),
        "sites[1].kubernetes: nothing would reach what cloud serves: say the namespace",
    ),
]


@pytest.mark.parametrize(("said", "problem"), WRONG, ids=[problem for _, problem in WRONG])
def test_what_does_not_fit_together_is_told_with_its_place(
    said: dict[str, Any], problem: str
) -> None:
    with pytest.raises(InvalidFileError) as found:
        typed(said)
    messages = found.value.messages
    assert any(problem in one for one in messages), messages
    assert all(one.startswith("i.yaml:") and "\n" not in one for one in messages)


def test_there_may_be_no_model_yet() -> None:
    assert typed({**data(), "models": []}).models == []
