"""Virtual machines of a cluster."""

from blueprints.emit.hcl import hcl_text
from blueprints.kinds.cluster.documents.tofu_pools import dynamic
from tests.blueprints.kinds.cluster.tofu import files, parsed

MACHINES = "tofu/modules/cluster/machines.tf"
DEPRECATED = {"disk_size", "disk_bus", "image_name", "network_name", "network_model"}


def test_harvester_is_told_nothing_deprecated() -> None:
    config = parsed(MACHINES)["resource"]["rancher2_machine_config_v2"]["harvester"]
    assert not DEPRECATED & set(config["harvester_config"])
    assert config["harvester_config"]["disk_info"].startswith("jsonencode(")


def test_a_machine_has_no_password() -> None:
    assert "password" not in files()[MACHINES]


def test_machines_are_ready_for_the_cis_profile() -> None:
    first = parsed(MACHINES)["locals"]
    assert "kernel.panic=10" in str(first["hardened"])
    assert "useradd" in str(first["prepare"])


def test_a_dynamic_block_has_content() -> None:
    text = hcl_text([dynamic("a", "var.a", [("b", 1)])]).decode()
    assert text == ('dynamic "a" {\n  for_each = var.a\n\n  content {\n    b = 1\n  }\n}\n')
