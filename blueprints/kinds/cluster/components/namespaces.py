"""Namespaces of the components: there before anything else, and never deleted by ArgoCD.

Source: Kubernetes' Pod Security Standards for the labels.
"""

from typing import TYPE_CHECKING

from blueprints.kinds.cluster.components.component import (
    Child,
    Component,
    OwnChart,
    Place,
    Values,
    Wave,
)
from blueprints.kinds.cluster.components.schema import NAME, closed, some, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEVEL = {"enum": ["privileged", "baseline", "restricted"]}


def component(components: "Sequence[Component]") -> Component:
    """The namespaces of these components; each cluster gets those that it needs."""
    by_name = {one.name: one for one in components}

    def own(place: Place) -> Values:
        wanted = [by_name[name] for name in place.cluster.components]
        return {
            "namespaces": [
                {"name": one.namespace, "component": one.name, "security": one.security}
                for one in sorted(wanted, key=lambda one: one.namespace)
            ]
        }

    return Component(
        name="namespaces",
        namespace="default",
        security="baseline",
        children=(Child("namespaces", Wave.NAMESPACES, own=own),),
        chart=OwnChart(
            "Namespaces of the components",
            whole(
                "namespaces",
                {
                    "namespaces": some(
                        closed({"name": NAME, "component": NAME, "security": _LEVEL}), most=50
                    )
                },
            ),
            {"namespaces": [{"name": "example", "component": "example", "security": "restricted"}]},
        ),
        kinds=(),
        cluster_kinds=(("", "Namespace"),),
        always=True,
    )
