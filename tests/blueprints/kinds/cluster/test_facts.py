"""Settings of RKE2, Cilium and Terragrunt as they are rendered, against what their makers write.

Sources, by test: docs.rke2.io "Server Configuration Reference" and "Basic Network Options";
docs.cilium.io "Kubernetes Without kube-proxy", "WireGuard Transparent Encryption" and the upgrade
notes of 1.14 to 1.19; docs.terragrunt.com "HCL reference" and "Strict controls".
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from pathlib import Path

import pytest

from blueprints.check import registry
from blueprints.check.held import Held
from blueprints.check.repository import Repository
from blueprints.check.rke2 import Rke2, clusters
from blueprints.check.run import run_rules
from blueprints.check.schemas.policy import read
from blueprints.check.settings import load_settings
from blueprints.check.tofu.terragrunt import Unit, units
from tests.blueprints.conftest import Rendered
from tests.blueprints.repositories import Example, examples

EXAMPLES = [one for one in examples() if one.blueprint == "cluster"]
SETTINGS = "tofu/modules/cluster/settings.tf"
LATER_THAN_REGISTRATION = ("node-label", "node-taint")


@pytest.fixture(params=EXAMPLES, ids=str, scope="module")
def folder(request: pytest.FixtureRequest, rendered: Rendered) -> Path:
    example: Example = request.param
    return rendered(example)


@pytest.fixture(scope="module")
def known(folder: Path) -> list[Rke2]:
    return clusters(Repository(folder))


@pytest.fixture(scope="module")
def each(folder: Path) -> dict[str, Unit]:
    return units(Repository(folder))


def test_every_cluster_of_the_example_is_read(folder: Path, known: list[Rke2]) -> None:
    """What follows says something of each of them."""
    there = {path.parent.relative_to(folder).as_posix() for path in folder.rglob("cluster.yaml")}
    assert {one.name.rpartition("/")[0] for one in known} == there
    assert all(one.version and one.settings and one.charts for one in known)


def test_every_setting_of_rke2_is_one_that_it_documents(known: list[Rke2]) -> None:
    for one in known:
        for part in one.settings:
            assert set(part.data) <= set(read("rke2.yaml")["settings"])


def test_what_servers_have_to_share_is_said_once_for_all_of_them(known: list[Rke2]) -> None:
    """docs.rke2.io: "Critical Configuration Values"."""
    for one in known:
        everywhere, *some = one.settings
        assert {"cluster-cidr", "service-cidr", "cluster-dns", "cluster-domain"} <= set(
            everywhere.data
        )
        assert "disable-kube-proxy" in everywhere.data
        for part in some:
            assert not set(part.data) & set(read("rke2.yaml")["identical"])
            assert not part.servers


def test_labels_and_taints_are_not_left_to_a_file_that_counts_once(known: list[Rke2]) -> None:
    """docs.rke2.io: "Registering and starting kubelet with set of labels"."""
    for one in known:
        for part in one.settings:
            assert not set(part.data) & set(LATER_THAN_REGISTRATION)


def test_dns_is_one_of_the_services_and_pods_are_elsewhere(known: list[Rke2]) -> None:
    """docs.rke2.io: cluster-dns "should be in your service-cidr range"."""
    for one in known:
        data = one.settings[0].data
        services = ipaddress.ip_network(data["service-cidr"])
        assert ipaddress.ip_address(data["cluster-dns"]) in services
        assert not services.overlaps(ipaddress.ip_network(data["cluster-cidr"]))


def test_kube_proxy_runs_exactly_where_cilium_does_not_replace_it(known: list[Rke2]) -> None:
    """docs.rke2.io "Basic Network Options": disable-kube-proxy with kubeProxyReplacement."""
    for one in known:
        data = one.settings[0].data
        charts = {part.name: part.data for part in one.charts}
        assert data["disable-kube-proxy"] is (data["cni"] == "cilium")
        assert set(charts) == {f"rke2-{data['cni']}"}


def test_cilium_finds_the_api_server_without_kube_proxy(known: list[Rke2]) -> None:
    """docs.cilium.io "Kubernetes Without kube-proxy"; RKE2 answers on every node's 6443."""
    for one in known:
        for part in one.charts:
            if part.name == "rke2-cilium":
                assert part.data["kubeProxyReplacement"] is True
                assert part.data["k8sServiceHost"] == "127.0.0.1"
                assert part.data["k8sServicePort"] == 6443


def test_traffic_between_nodes_is_encrypted_where_the_specification_says_so(
    folder: Path, known: list[Rke2]
) -> None:
    """docs.cilium.io "WireGuard Transparent Encryption"."""
    repo = Repository(folder)
    for one in known:
        wanted = repo.yaml(f"{one.name.rpartition('/')[0]}/cluster.yaml")[0].data["cni"]
        for part in one.charts:
            if part.name == "rke2-cilium":
                encryption = part.data["encryption"]
                assert encryption["enabled"] is (wanted["encryption"] == "wireguard")
                assert encryption["type"] == "wireguard"


def test_no_value_of_cilium_is_one_that_any_version_took_away(known: list[Rke2]) -> None:
    for one in known:
        for part in one.charts:
            for entry in read("renamed.yaml")["cilium"]:
                if part.name == "rke2-cilium" and "values" not in entry:
                    assert entry["key"].split(".")[0] not in part.data or (
                        "." in entry["key"] and not _has(part.data, entry["key"])
                    )


def _has(data: object, key: str) -> bool:
    for step in key.split("."):
        if not isinstance(data, dict) or step not in data:
            return False
        data = data[step]
    return True


def test_the_benchmark_is_named_as_rke2_takes_it(known: list[Rke2]) -> None:
    """rancher/rke2#5780: cis-1.23 is an error since 1.30, `cis` holds for all."""
    assert {one.settings[0].data["profile"] for one in known} == {"cis"}


def test_every_include_has_a_name_and_reads_a_root_that_is_no_unit(each: dict[str, Unit]) -> None:
    """docs.terragrunt.com "Strict controls": bare-include, root-terragrunt-hcl."""
    for unit in each.values():
        assert [(one.name, one.path) for one in unit.includes] == [("root", "tofu/root.hcl")]


def test_every_generated_file_says_what_happens_to_one_that_is_there(each: dict[str, Unit]) -> None:
    for unit in each.values():
        for config in unit.configs:
            for block in config.top.of("generate"):
                assert block.value("if_exists") == "overwrite_terragrunt"


def test_no_attribute_of_terragrunt_is_one_that_went(each: dict[str, Unit]) -> None:
    gone = {entry["key"] for entry in read("renamed.yaml")["terragrunt"]}
    for unit in each.values():
        for config in unit.configs:
            assert not gone & set(config.top.attributes)


def test_invented_outputs_are_never_applied(each: dict[str, Unit]) -> None:
    """docs.terragrunt.com: mock_outputs_allowed_terraform_commands."""
    for unit in each.values():
        for block in unit.config.top.of("dependency"):
            commands = block.value("mock_outputs_allowed_terraform_commands")
            assert set(commands) <= {"init", "validate", "plan"}


def _renamed(old: str, new: str) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        text = files[SETTINGS].decode()
        assert old in text
        files[SETTINGS] = text.replace(old, new, 1).encode()

    return change


@pytest.mark.parametrize(
    ("rule", "change", "words"),
    [
        (
            "renamed-setting",
            _renamed("kubeProxyReplacement = true", 'kubeProxyReplacement = "strict"'),
            "kubeProxyReplacement: strict is not in Cilium any more since 1.15",
        ),
        (
            "renamed-setting",
            _renamed(
                "kubeProxyReplacement = true", 'kubeProxyReplacement = true\n    tunnel = "vxlan"'
            ),
            "tunnel is not in Cilium any more since 1.15",
        ),
        (
            "renamed-setting",
            _renamed('= "cis"', '= "cis-1.23"'),
            "profile: cis-1.23 is not in RKE2 any more since 1.30",
        ),
        (
            "rke2-servers",
            _renamed("disable-kube-proxy", "kube-proxy-disabled"),
            "Cilium replaces kube-proxy, and kube-proxy is not disabled",
        ),
        (
            "rke2-servers",
            _renamed("cluster-cidr", "cluster-cdr"),
            "RKE2 knows no setting cluster-cdr",
        ),
    ],
)
def test_a_renamed_key_in_the_render_is_found(
    rule: str, change: Callable[[dict[str, bytes]], None], words: str, rendered: Rendered
) -> None:
    top = rendered(next(one for one in EXAMPLES if one.name == "cluster"))
    files = {
        path.relative_to(top).as_posix(): path.read_bytes()
        for path in sorted(top.rglob("*"))
        if path.is_file() and path.parts[len(top.parts)] in ("tofu", "clusters")
    }
    change(files)
    repo = Held(files)
    repo.settings = load_settings(repo)
    found, _ = run_rules(repo, repo.settings, registry.chosen([rule]))
    assert words in {one.message for one in found}
