"""The cluster blueprint before its first release, as version 1, and today's as version 2.

Version 1 had other folders (`versions/`, `clusters/<environment>-<cluster>/`, ArgoCD's settings in
`argocd/applicationsets/`), other words in the specification, and less in most files. `write.py`
made `fixtures/cluster-1` with it once; the migration here is what brings such a repository on.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

from blueprints.engine import registry
from blueprints.engine.blueprint import Blueprint, Migration, Move
from blueprints.kinds.cluster.spec import Specification


class Later(Specification):
    """Today's specification, called version 2."""

    version: Literal[2]  # type: ignore[assignment]


def in_todays_words(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 called the model of a cluster its kind."""
    clusters = [
        {"model" if key == "kind" else key: value for key, value in one.items()}
        for one in data["clusters"]
    ]
    return {**data, "clusters": clusters}


def moves(spec: Any) -> Iterator[Move]:
    """Where version 1 had what is elsewhere today."""
    yield Move("site.yaml", "clusters/site.yaml")
    for environment in spec.environments:
        yield Move(f"versions/{environment}.yaml", f"clusters/{environment}/versions.yaml")
        yield Move(
            f"argocd/applicationsets/{environment}.yaml", f"argocd/environments/{environment}.yaml"
        )
    for environment, cluster, _ in spec.deployments():
        for file in (
            "cluster.yaml",
            "cluster/terragrunt.hcl",
            "registration/terragrunt.hcl",
            "values/metallb-config.yaml",
            "values/cert-manager.yaml",
        ):
            yield Move(
                f"clusters/{environment}-{cluster.name}/{file}",
                f"clusters/{environment}/{cluster.name}/{file}",
            )


def later() -> Blueprint:
    """The blueprint that is installed, as version 2 of the one that made the fixture."""
    return replace(
        registry.named("cluster"),
        version=2,
        spec=Later,
        migrations=(
            Migration(
                to=2,
                why="one folder for each environment; a kind could be taken for Kubernetes' own",
                moves=moves,
                spec=in_todays_words,
            ),
        ),
    )
