"""``k8s/``: who may speak to whom inside the cluster, and what may run there at all.

What policies allow, and nothing else (the proof derives the same from the specification alone):

* every pod may ask ``kube-system`` pods labelled ``k8s-app: kube-dns``, udp and tcp 53;
* a workload accepts, on its port, the ingress of Cilium (``reserved:ingress``) where it says
  ``ingress``, and the pods of each workload it names; those may reach it;
* a workload reaches the destinations, protocols and ports of the flows it names;
* the platform's namespaces do what :mod:`tce.render.kubernetes.platform` says of each;
* nodes do among each other what the cluster's openings say, and towards the rest what flows of
  the zones of kind ``tce`` and ``workers`` say.

Pods have no IPv6: the cluster's ranges are IPv4, Cilium's IPv6 is off, and nodes' own IPv6 is
filtered by nftables in the guest. What is namespaced lies under ``k8s/sandboxes/<name>``.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tce.render.kubernetes import (
    admission,
    apps,
    clusterwide,
    identity,
    ingress,
    namespaces,
    platform,
    workloads,
)

if TYPE_CHECKING:
    from blueprints.engine.blueprint import File
    from tce.intent.spec import Specification


def files(spec: "Specification") -> "Iterator[File]":
    """Everything of ``k8s/`` that is made here."""
    for part in (
        namespaces,
        clusterwide,
        platform,
        admission,
        ingress,
        identity,
        apps,
        workloads,
    ):
        yield from part.files(spec)
