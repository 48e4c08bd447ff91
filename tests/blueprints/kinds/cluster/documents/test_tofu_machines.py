"""Bare-metal servers."""

from tests.blueprints.kinds.cluster.tofu import parsed


def test_a_server_is_asked_for_by_its_name_and_erased_when_it_goes() -> None:
    read = parsed("tofu/modules/machines/machines.tf")["resource"]["maas_instance"]["server"]
    assert read["allocate_params"]["hostname"] == "each.key"
    assert read["release_params"]["erase"] is True


def test_servers_of_all_pools_are_made() -> None:
    text = parsed("tofu/modules/machines/machines.tf")["locals"]["servers"]
    assert "for pool in var.pools" in text
    assert "for server in pool.servers" in text
