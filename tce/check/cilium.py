"""Cilium's settings as RKE2 gets them: the values of its chart, with the document they stand in."""

from collections.abc import Iterator
from typing import Any

from blueprints.check.documents import Object, text
from blueprints.check.repository import Repository
from tce.check.inner import inner

PLACE = ("spec", "valuesContent")


def settings_of(repo: Repository) -> Iterator[tuple[Object, dict[str, Any]]]:
    """Every HelmChartConfig of Cilium with its values; none that holds no mapping."""
    for item in repo.of_kind("HelmChartConfig"):
        if item.name in ("rke2-cilium", "cilium"):
            values = inner(text(item.data, *PLACE))
            if isinstance(values, dict):
                yield item, values
