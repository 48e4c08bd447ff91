"""Modules of clusters for Terraform itself: valid by the providers' schemas, and planned.

Not checked here: what is OpenTofu's alone, encryption of state and plan (`tofu/root.hcl`), and
Terragrunt's own functions. Resources without an oracle, whose schemas follow their documentation,
are listed in tests/blueprints/kinds/cluster/documents/test_tofu.py.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pygohcl
import pytest
import yaml

from blueprints.engine.spec import parse
from blueprints.kinds.cluster import BLUEPRINT
from blueprints.kinds.cluster.spec import Specification
from tests.blueprints.kinds.cluster.mutants import MUTANTS
from tests.blueprints.kinds.cluster.specifications import BASELINE, typed
from tests.blueprints.kinds.cluster.tofu import (
    MODULES,
    evaluated,
    files,
    providers,
    rendered,
    write,
)
from tests.labs.providers import oracle
from tests.labs.providers.server import running
from tests.labs.seaweed import Lab
from tests.labs.terraform import Terraform, needs_terraform

pytestmark = [pytest.mark.real, needs_terraform]

EXAMPLES = sorted(path for path in (BLUEPRINT.folder / "examples").glob("*.yaml"))
_LOCK = json.dumps({"ID": "somebody-else", "Operation": "OperationTypeApply", "Who": "them"})
ORACLE = Path(os.environ.get("TUTELA_TEST_ORACLE", f"{sys.prefix}/oracle"))


def tell(kind: str, name: str, value: dict[str, Any]) -> object:
    """What Kubernetes would put into the Secret of an account."""
    if kind == "kubernetes_secret_v1" and name == "data":
        return {"token": "made here", "ca.crt": "made here too"}
    return None


@pytest.fixture(scope="module")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terraform]:
    with running(providers(), tell) as attached:
        yield Terraform(tmp_path_factory.mktemp("home"), attached)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("repository"), files())


@pytest.fixture(scope="module")
def units(
    repository: Path, terraform: Terraform, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    return evaluated(repository, terraform, tmp_path_factory.mktemp("units"))


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_valid_and_says_nothing_deprecated(
    terraform: Terraform, repository: Path, module: str
) -> None:
    assert terraform.validate(repository / "tofu/modules" / module) == []


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_is_not_valid(terraform: Terraform, tmp_path: Path, mutant: str) -> None:
    one = MUTANTS[mutant]
    write(tmp_path, one.files())
    said = [str(message) for message in terraform.validate((tmp_path / one.path).parent)]
    assert any(one.terraform in message for message in said), said


def test_the_states_of_units_lie_apart(units: dict[str, dict[str, Any]]) -> None:
    keys = {name: _key(one["state"]) for name, one in units.items()}
    assert len(set(keys.values())) == len(keys)
    assert (
        keys["clusters/production/models/cluster"] == "clusters/production-models/cluster.tfstate"
    )


def _key(state: str) -> str:
    backend: dict[str, str] = pygohcl.loads(state)["terraform"]["backend"]["s3"]
    return backend["key"]


def test_a_folder_that_is_moved_keeps_its_state(
    repository: Path, terraform: Terraform, units: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    moved = shutil.copytree(repository, tmp_path / "moved")
    (moved / "clusters/production/models").rename(moved / "clusters/production/other")
    found = evaluated(moved, terraform, tmp_path / "units")
    before = units["clusters/production/models/registration"]
    assert found["clusters/production/other/registration"] == before


Planned = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def planned(
    repository: Path,
    terraform: Terraform,
    units: dict[str, dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Planned:
    """Folder of each unit below clusters/ -> what its first plan makes."""
    work = tmp_path_factory.mktemp("plans")
    found = {}
    for name, one in units.items():
        module = name.rpartition("/")[2]
        folder = shutil.copytree(repository / "tofu/modules" / module, work / name)
        found[name.removeprefix("clusters/")] = terraform.planned(folder, one["inputs"])
    return found


def test_machines_are_as_large_as_they_were_asked_for(planned: Planned) -> None:
    made = planned["production/services/cluster"]
    assert set(made) >= {
        'rancher2_machine_config_v2.harvester["master"]',
        'rancher2_machine_config_v2.harvester["web"]',
        'rancher2_machine_config_v2.vsphere["old"]',
    }
    (web,) = made['rancher2_machine_config_v2.harvester["web"]']["harvester_config"]
    assert (web["cpu_count"], web["memory_size"]) == ("4", "16")
    assert json.loads(web["disk_info"]) == {
        "disks": [{"imageName": "default/leap", "size": 60, "bootOrder": 1}]
    }
    assert json.loads(web["network_info"]) == {"interfaces": [{"networkName": "kubernetes/web"}]}
    first = yaml.safe_load(web["user_data"].removeprefix("#cloud-config\n"))
    assert first["runcmd"][-1][-1] == "qemu-guest-agent.service"
    assert "vm.panic_on_oom=0" in first["write_files"][0]["content"].splitlines()
    (old,) = made['rancher2_machine_config_v2.vsphere["old"]']["vsphere_config"]
    assert (old["cpu_count"], old["memory_size"], old["disk_size"]) == ("4", "16384", "61440")
    assert old["network"] == ["/Centre/network/web"]


def _cluster(made: dict[str, dict[str, Any]]) -> dict[str, Any]:
    (config,) = made["rancher2_cluster_v2.cluster"]["rke_config"]
    found: dict[str, Any] = config
    return found


def test_pools_are_masters_or_workers_by_their_credential(planned: Planned) -> None:
    pools = {
        one["name"]: one
        for one in _cluster(planned["production/services/cluster"])["machine_pools"]
    }
    assert [(name, one["etcd_role"], one["worker_role"]) for name, one in pools.items()] == [
        ("master", True, False),
        ("web", False, True),
        ("old", False, True),
    ]
    assert {one["quantity"] for one in pools.values()} == {3}
    assert (
        pools["old"]["cloud_credential_secret_name"] != pools["web"]["cloud_credential_secret_name"]
    )


def test_servers_are_told_the_same_and_cilium_takes_the_place_of_kube_proxy(
    planned: Planned,
) -> None:
    config = _cluster(planned["production/models/cluster"])
    server = yaml.safe_load(config["machine_global_config"])
    assert server["cni"] == "cilium"
    assert server["disable-kube-proxy"] is True
    assert server["cluster-cidr"] == "10.42.0.0/16"
    assert server["cluster-dns"] == "10.43.0.10"
    assert server["tls-san"] == ["10.0.2.10", "api.models.production.k8s.example.org"]
    assert "enable-servicelb" not in server
    values = yaml.safe_load(config["chart_values"])["rke2-cilium"]
    assert values["kubeProxyReplacement"] is True
    assert (values["k8sServiceHost"], values["k8sServicePort"]) == ("127.0.0.1", 6443)
    assert values["encryption"] == {"enabled": True, "type": "wireguard"}


def test_a_ram_disk_is_memory_that_no_pod_gets(planned: Planned) -> None:
    (selector,) = _cluster(planned["production/models/cluster"])["machine_selector_config"]
    assert selector["machine_label_selector"][0]["match_labels"] == {"tutela/pool": "gpu"}
    assert yaml.safe_load(selector["config"]) == {"kubelet-arg": ["system-reserved=memory=200Gi"]}
    assert _cluster(planned["production/services/cluster"])["machine_selector_config"] == []


def test_a_cluster_of_metal_has_no_machines_and_its_servers_are_installed(
    planned: Planned,
) -> None:
    assert _cluster(planned["production/data/cluster"])["machine_pools"] == []
    servers = planned["production/data/machines"]
    assert len(servers) == 5
    one = servers['maas_instance.server["server-31"]']
    assert one["allocate_params"][0]["hostname"] == "server-31"
    assert one["network_interfaces"][0] == {
        "name": "eno1",
        "subnet_cidr": "10.0.3.0/24",
        "ip_address": "10.0.3.31",
    }


def test_groups_are_bound_by_their_principal(planned: Planned) -> None:
    bound = {
        one["group_principal_id"]: one["role_template_id"]
        for name, one in planned["production/models/cluster"].items()
        if name.startswith("rancher2_cluster_role_template_binding")
    }
    assert bound == {
        "keycloakoidc_group://models-admins": "cluster-owner",
        "keycloakoidc_group://models-viewers": "rancher2_role_template-production-models-viewer",
    }


def test_argocd_learns_of_a_cluster_by_a_secret_with_labels(planned: Planned) -> None:
    made = planned["production/models/registration"]
    secret = made["kubernetes_secret_v1.cluster"]
    (metadata,) = secret["metadata"]
    assert (metadata["name"], metadata["namespace"]) == ("cluster-production-models", "argocd")
    assert metadata["labels"] == {
        "argocd.argoproj.io/secret-type": "cluster",
        "tutela/environment": "production",
        "tutela/cluster": "models",
        **{f"component.tutela/{name}": "enabled" for name in BASELINE},
    }
    assert secret["data"]["server"] == "https://10.0.2.10:6443"
    assert json.loads(secret["data"]["config"])["tlsClientConfig"]["insecure"] is False
    groups = {
        one["subject"][0]["name"]: one["role_ref"][0]["name"]
        for name, one in made.items()
        if "binding_v1.owner" in name
    }
    assert groups == {"oidc:models-admins": "cluster-admin", "oidc:models-viewers": "view"}


@pytest.fixture
def plan(terraform: Terraform, tmp_path: Path) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """From changes of the specification to the settings of the hybrid cluster."""

    def of(changes: dict[str, Any]) -> dict[str, Any]:
        repository = write(tmp_path / "repository", rendered(typed(changes)))
        units = evaluated(repository, terraform, tmp_path / "units")
        inputs = units["clusters/production/models/cluster"]["inputs"]
        return _cluster(terraform.planned(repository / "tofu/modules/cluster", inputs))

    return of


def test_without_internet_images_come_from_the_mirror(
    plan: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    mirror = {
        "registry": "mirror.example.org/all",
        "charts": "mirror.example.org/charts",
        "credentials": "mirror",
    }
    config = plan(
        {
            "site/mirror": mirror,
            "site/registries": ["mirror.example.org"],
            "site/acme/server": "https://acme.example.org/directory",
        }
    )
    server = yaml.safe_load(config["machine_global_config"])
    assert server["system-default-registry"] == "mirror.example.org"
    (registries,) = config["registries"]
    docker = next(one for one in registries["mirrors"] if one["hostname"] == "docker.io")
    assert docker["endpoints"] == ["https://mirror.example.org"]
    assert docker["rewrites"] == {"^(.*)$": "all/$1"}
    own = next(one for one in registries["mirrors"] if one["hostname"] == "mirror.example.org")
    assert own["rewrites"] == {"^rancher/(.*)$": "all/rancher/$1"}
    assert registries["configs"][0]["hostname"] == "mirror.example.org"


@pytest.mark.parametrize(("name", "chart"), [("canal", "rke2-canal"), ("calico", "rke2-calico")])
def test_another_network_of_pods_keeps_kube_proxy(
    plan: Callable[[dict[str, Any]], dict[str, Any]], name: str, chart: str
) -> None:
    config = plan({"clusters/1/cni": {"name": name, "encryption": "none"}})
    server = yaml.safe_load(config["machine_global_config"])
    assert (server["cni"], server["disable-kube-proxy"]) == (name, False)
    assert list(yaml.safe_load(config["chart_values"])) == [chart]


def test_snapshots_go_where_the_site_says(
    plan: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    place = {"bucket": "etcd", "endpoint": "https://s3.example.org", "credential": "snapshots"}
    (etcd,) = plan({"site/snapshots": place})["etcd"]
    (s3,) = etcd["s3_config"]
    assert (s3["bucket"], s3["endpoint"]) == ("etcd", "s3.example.org")
    assert s3["folder"] == "production-models"


def test_what_was_made_stays_as_it_is_and_no_plan_deletes_a_cluster(
    repository: Path, terraform: Terraform, units: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    folder = shutil.copytree(repository / "tofu/modules/cluster", tmp_path / "cluster")
    terraform.planned(folder, units["clusters/production/services/cluster"]["inputs"])
    terraform.done(folder, "apply", "-input=false", "plan")
    assert "No changes" in terraform.done(folder, "plan", "-input=false")
    refused = terraform.run(folder, "destroy", "-input=false", "-auto-approve")
    assert refused.returncode != 0
    assert "prevent_destroy" in refused.stderr


def test_the_state_goes_to_its_key_in_the_bucket_and_is_locked_there(
    repository: Path,
    terraform: Terraform,
    units: dict[str, dict[str, Any]],
    s3: Lab,
    tmp_path: Path,
) -> None:
    unit = units["clusters/production/models/cluster"]
    folder = shutil.copytree(repository / "tofu/modules/cluster", tmp_path / "cluster")
    bucket = s3.bucket("tofu")
    backend, _, _ = unit["state"].partition("\n  encryption {")  # OpenTofu's alone
    text = backend.replace("https://s3.example.org", s3.endpoint).replace('"tofu"', f'"{bucket}"')
    (folder / "state.tf").write_text(text + "}\n")
    (folder / "inputs.auto.tfvars.json").write_text(json.dumps(unit["inputs"]))
    here = Terraform(terraform.home, {**terraform.attached, **s3.environ()})
    here.done(folder, "init", "-input=false")
    here.done(folder, "apply", "-input=false", "-auto-approve")
    key = "clusters/production-models/cluster.tfstate"
    listed = s3.client.list_objects_v2(Bucket=bucket)["Contents"]
    assert [one["Key"] for one in listed] == [key]
    s3.client.put_object(Bucket=bucket, Key=f"{key}.tflock", Body=_LOCK)
    waiting = here.run(folder, "plan", "-input=false")
    assert "Error acquiring the state lock" in waiting.stderr


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.stem)
def test_every_unit_of_an_example_can_be_planned(
    terraform: Terraform, tmp_path: Path, example: Path
) -> None:
    model = parse(example.read_bytes(), example.name, BLUEPRINT).model
    assert isinstance(model, Specification)
    repository = write(tmp_path / "repository", rendered(model))
    found = evaluated(repository, terraform, tmp_path / "units")
    for module in MODULES:
        names = [name for name in found if name.endswith(f"/{module}")]
        for name in names:
            folder = repository / "tofu/modules" / module
            made = terraform.planned(folder, found[name]["inputs"])
            assert made


def test_what_is_kept_is_what_the_packages_say() -> None:
    found = next(ORACLE.glob("lib/*/site-packages"), None)
    assert found, f"{ORACLE} has no packages: make test-real"
    assert oracle.facts(found) == json.loads(oracle.KEPT.read_text())
