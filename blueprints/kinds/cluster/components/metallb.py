"""MetalLB: addresses for services, in the layer-2 mode.

Source: ``charts/metallb/values.yaml`` of metallb/metallb. Both ways of BGP are switched off by
name, because which of them is on by default changed between versions.
"""

from typing import TYPE_CHECKING

from blueprints.kinds.cluster.components.component import (
    CLUSTER_RIGHTS,
    CRD,
    PARTS,
    VALIDATING,
    Child,
    Component,
    Images,
    OwnChart,
    Place,
    Upstream,
    Values,
    Wave,
    amounts,
)
from blueprints.kinds.cluster.components.schema import some, text, whole

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site

_RANGE = text(r"^[0-9a-f.:]+(/[0-9]{1,3}|-[0-9a-f.:]+)$", 80)


def _upstream(site: "Site") -> Values:
    images = Images.of(site)
    return {
        "controller": {
            "image": images.repository("quay.io/metallb/controller"),
            "resources": amounts("50m", "128Mi"),
        },
        # Without a toleration of the supercomputer's nodes: they lie in another VLAN.
        "speaker": {
            "image": images.repository("quay.io/metallb/speaker"),
            "frr": {"enabled": False},
            "resources": amounts("50m", "128Mi"),
        },
        "frrk8s": {"enabled": False},
    }


def _pool(place: Place) -> Values:
    return {"addresses": list(place.deployment.addresses)}


COMPONENT = Component(
    name="metallb",
    namespace="metallb-system",
    security="privileged",
    children=(
        Child(
            "metallb",
            Wave.OPERATOR,
            Upstream("metallb", "https://metallb.github.io/metallb"),
            shared=_upstream,
        ),
        Child("metallb-config", Wave.CONFIGURATION, own=_pool),
    ),
    chart=OwnChart(
        "Addresses that MetalLB gives to services, announced in the cluster's own network",
        whole("metallb", {"addresses": some(_RANGE, most=10)}),
        {"addresses": ["192.0.2.128-192.0.2.191"]},
    ),
    kinds=(*PARTS, ("metallb.io", "IPAddressPool"), ("metallb.io", "L2Advertisement")),
    cluster_kinds=(*CLUSTER_RIGHTS, CRD, VALIDATING),
)
