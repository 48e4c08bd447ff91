"""The GPU operator."""

from __future__ import annotations

from blueprints.kinds.cluster.components.component import Place, Values
from blueprints.kinds.cluster.components.gpu_operator import COMPONENT
from tests.blueprints.kinds.cluster.places import HPC, HYBRID, METAL


def own(place: Place) -> Values:
    (child,) = COMPONENT.children
    assert child.own is not None
    return child.own(place)


def test_no_driver_is_loaded_where_the_nodes_image_has_one() -> None:
    """`driver.enabled=false` for pre-installed drivers (NVIDIA, "Common Chart Customization")."""
    assert own(HYBRID)["driver"] == {"enabled": False}
    assert own(METAL)["driver"] == {"enabled": True}


def test_operands_run_where_gpus_are() -> None:
    """`daemonsets.tolerations` is of all operands; the discovery's worker has its own."""
    everywhere = [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}, HPC]
    assert own(HYBRID)["daemonsets"] == {"tolerations": everywhere}
    assert own(HYBRID)["node-feature-discovery"] == {"worker": {"tolerations": everywhere}}


def test_the_toolkit_finds_rke2s_containerd() -> None:
    """RKE2's documentation, "GPU Operators": not the default /run/containerd."""
    (child,) = COMPONENT.children
    assert child.shared is not None
    toolkit = child.shared(HYBRID.site)["toolkit"]
    assert isinstance(toolkit, dict)
    assert {
        "name": "CONTAINERD_SOCKET",
        "value": "/run/k3s/containerd/containerd.sock",
    } in toolkit["env"]


def test_images_have_no_tag_for_one_architecture() -> None:
    """Tags come from the chart, whose images are for amd64 and arm64 both."""
    (child,) = COMPONENT.children
    assert child.shared is not None
    text = str(child.shared(HYBRID.site))
    assert "'version'" not in text
    assert "'tag'" not in text
