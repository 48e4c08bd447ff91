"""The environment's cluster in the words of the cluster blueprint, whose rules and data it has.

Its networks are the zones of kind ``tce`` and ``workers``, under their names; of two families that
which nodes have: the one of pods. There is no Rancher, no ArgoCD of the site, no MAAS and no Ceph.
"""

import ipaddress
from typing import TYPE_CHECKING

from blueprints.kinds.cluster.openings.zones import Place, place
from blueprints.kinds.cluster.rules.estate import Estate
from blueprints.kinds.cluster.site import Alps, Automation, Network, Rancher, Site
from blueprints.kinds.cluster.spec import Environment
from blueprints.kinds.cluster.spec import Specification as Clusters

if TYPE_CHECKING:
    from tce.intent.spec import Specification

ENVIRONMENT: Environment = "production"
"""The only one that an environment's cluster has."""


def version(spec: "Specification") -> int:
    """The family of nodes and pods, 4 or 6."""
    return ipaddress.ip_network(spec.cluster.ranges.pods).version


def estate(spec: "Specification") -> Estate:
    """What rules of clusters look things up in; its cluster stands at ``clusters[0]``."""
    return Estate(
        Clusters.model_construct(site=_site(spec), clusters=[spec.cluster], environments={})
    )


def nodes(spec: "Specification") -> Place:
    """Its zones as openings know them; KeyError where a name stands for no network."""
    deployment = spec.cluster.environments[ENVIRONMENT]
    return place(_site(spec), ENVIRONMENT, spec.cluster, deployment)


def _site(spec: "Specification") -> Site:
    alps = Alps(vclusters=[spec.vcluster]) if spec.vcluster else None
    known = (_network(spec, name) for name in spec.zones)
    return Site.model_construct(
        networks=[one for one in known if one is not None],
        harvester=[spec.harvester],
        vmware=[],
        maas=None,
        alps=alps,
        ceph=None,
        # Whoever logs in does so by the flows that are declared.
        automation=Automation.model_construct(cidrs=[]),
        rancher=Rancher.model_construct(auth="genericoidc"),
    )


def _network(spec: "Specification", name: str) -> Network | None:
    zone, family = spec.zones[name], version(spec)
    said = [one for one in zone.networks if ipaddress.ip_network(one).version == family]
    given = spec.gateway.addresses if zone.kind == "tce" else spec.gateway.workers
    own = [one for one in given if ipaddress.ip_address(one).version == family]
    if zone.kind not in ("tce", "workers") or not said or not own:
        return None
    return Network.model_construct(
        name=name,
        vlan=spec.vlan.id if zone.kind == "tce" else spec.vlan.workers,
        cidr=said[0],
        gateway=own[0],
        dhcp=None,
        plane="service" if zone.kind == "tce" else "highspeed",
        mtu=spec.vlan.mtu,
        shared=False,
    )
