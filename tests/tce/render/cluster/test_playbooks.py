from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from blueprints.engine.blueprint import Owner
from tce.render.cluster import inventory, playbooks
from tests.tce.intent.specifications import ALPS, typed


@pytest.fixture(scope="module")
def tree() -> dict[str, str]:
    return {one.path: one.content.decode() for one in playbooks.files(typed())}


def tasks(tree: dict[str, str], role: str) -> list[dict[str, Any]]:
    return [
        task
        for path, text in tree.items()
        if path.startswith(f"ansible/roles/{role}/tasks/")
        for task in yaml.safe_load(text)
    ]


def roles(tree: dict[str, str]) -> set[str]:
    return {path.split("/")[2] for path in tree if path.startswith("ansible/roles/")}


def test_the_roles_are_those_that_playbooks_use(tree: dict[str, str]) -> None:
    used = {
        task["ansible.builtin.import_role"]["name"]
        for path, text in tree.items()
        if re.fullmatch(r"ansible/playbooks/\w+\.yaml", path)
        for play in yaml.safe_load(text)
        for task in play["tasks"]
    }
    assert used == roles(tree)
    assert {"luks_clevis", "rke2_server", "rke2_agent", "kms_plugin", "wireguard"} <= used


def test_the_cluster_is_nobodys_but_the_institutions(tree: dict[str, str]) -> None:
    """No agent, registration or download of a Rancher."""
    words = re.compile(r"rancher-system-agent|cattle\.io/|get\.rke2\.io|/v3/|RANCHER_")
    assert not [path for path, text in tree.items() if words.search(text)]


def test_whatever_writes_a_secret_says_nothing_of_it(tree: dict[str, str]) -> None:
    for role in roles(tree):
        for task in tasks(tree, role):
            said = yaml.safe_dump(task)
            if re.search(r"_(token|secret_id|role_id) }}", said) or "credential.env.j2" in said:
                assert task["no_log"] is True
                assert task["diff"] is False, task["name"]


def test_secrets_come_from_the_environment_of_the_job_and_have_no_other_default(
    tree: dict[str, str],
) -> None:
    secrets = {
        (key, value)
        for path, text in tree.items()
        if path.endswith("/defaults/main.yaml")
        for key, value in yaml.safe_load(text).items()
        if re.search(r"(token|secret_id|role_id)$", key)
    }
    assert len(secrets) == 5
    assert all("lookup('ansible.builtin.env', 'TCE_" in value for _, value in secrets)
    specs = "".join(text for path, text in tree.items() if path.endswith("argument_specs.yaml"))
    assert all(re.search(rf"{key}: {{[^}}]*no_log: true", specs) for key, _ in secrets)


def test_every_secret_is_readable_by_root_alone(tree: dict[str, str]) -> None:
    for role in ("kms_plugin", "rke2_server", "rke2_agent", "wireguard"):
        for task in tasks(tree, role):
            if task.get("no_log") and "ansible.builtin.copy" in task:
                assert task["ansible.builtin.copy"]["mode"] == "0600"


def test_diskless_nodes_are_given_the_agents_token_and_no_other(tree: dict[str, str]) -> None:
    (play,) = yaml.safe_load(tree["ansible/playbooks/nodes.yaml"])
    used = [task["ansible.builtin.import_role"]["name"] for task in play["tasks"]]
    assert used[0] == "diskless"
    assert not {"kms_plugin", "rke2_server", "luks_clevis"} & set(used)
    agent = "".join(text for path, text in tree.items() if "/rke2_agent/" in path)
    assert "TCE_RKE2_TOKEN" not in agent
    assert "enabled: " in agent


def test_what_has_to_be_in_force_at_the_first_start_is_rendered() -> None:
    from tce.render import documents

    rendered = {one.path for one in documents(typed())}
    variables = yaml.safe_load(
        next(
            one.content
            for one in playbooks.files(typed())
            if one.path.endswith("rke2_server/vars/main.yaml")
        )
    )
    assert set(variables["rke2_server_manifests"]) <= rendered
    assert {f"rke2/{name}" for name in variables["rke2_server_files"]} <= rendered


def test_every_variable_that_roles_ask_for_is_in_the_inventory(tree: dict[str, str]) -> None:
    text = "".join(one.content.decode() for one in inventory.files(typed(example=ALPS)))
    known = set(re.findall(r"^ *(\w+):", text, re.M))
    for path, said in tree.items():
        if path.endswith("argument_specs.yaml"):
            options = yaml.safe_load(said)["argument_specs"]["main"]["options"]
            asked = {name for name, option in options.items() if option.get("required")}
            assert asked <= known, path


def test_what_people_say_themselves_stays_theirs() -> None:
    owners = {one.path: one.owner for one in playbooks.files(typed())}
    assert owners["ansible/playbooks/group_vars/all.yaml"] is Owner.USER
    assert owners["ansible.cfg"] is Owner.SHARED
