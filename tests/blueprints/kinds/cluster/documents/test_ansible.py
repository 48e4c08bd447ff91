"""Playbooks and roles: everything that they use is given to them. Run for real in `tests/real`."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import Environment, meta

from blueprints.kinds import cluster
from blueprints.kinds.cluster.documents import ansible
from tests.blueprints.kinds.cluster.specifications import hpc, typed

FOLDER = Path(cluster.__file__).parent / "ansible"
ROLES = sorted(folder.name for folder in (FOLDER / "roles").iterdir())
MINE = ("conditions", "prerequisites", "sysctl", "storage", "mounts", "hsn0")
BARE = {"when", "that", "until", "changed_when", "failed_when"}
"""Keywords whose texts are expressions without braces."""
SHOWN = ("ansible.builtin.uri", "ansible.builtin.copy", "ansible.builtin.command")
"""Modules whose arguments are shown when they fail, or in a diff."""
MAGIC = {
    *("ansible_check_mode", "ansible_facts", "ansible_limit", "ansible_play_hosts", "groups"),
    *("ansible_play_batch", "ansible_play_hosts_all", "hostvars", "inventory_dir", "item"),
    *("inventory_hostname", "lookup", "omit", "play_hosts", "playbook_dir", "query", "role_path"),
    *(
        "_",
        "ansible_failed_result",
        "ansible_host",
        "ansible_loop",
        "ansible_run_tags",
        "undef",
        "now",
        "vars",
        "group_names",
    ),
}
"""What Ansible gives everywhere ("Special Variables" of ansible-core)."""


@cache
def given() -> frozenset[str]:
    """What inventories say of hosts: variables of all hosts that a playbook is for."""
    storage = {"type": "rbd", "size": "500Gi", "pool": "hpc-images"}
    spec = typed({"clusters/1/environments/production/workers/+": hpc("r", 31, storage=storage)})
    names: set[str] = set()
    for file in ansible.files(spec):
        if file.path.endswith("inventory.yaml"):
            everybody = yaml.safe_load(file.content)["all"]
            names.update(everybody["vars"])
            for group in everybody["children"].values():
                names.update(group.get("vars", {}))
                for host in group.get("hosts", {}).values():
                    names.update(host)
    return frozenset(names)


def files_of(role: str) -> list[Path]:
    return sorted(file for file in (FOLDER / "roles" / role).rglob("*") if file.is_file())


def tasks_of(role: str) -> Iterator[dict[str, Any]]:
    for folder in ("tasks", "handlers"):
        for file in (FOLDER / "roles" / role / folder).glob("*.yaml"):
            yield from every(yaml.safe_load(file.read_text()))


def every(tasks: Any) -> Iterator[dict[str, Any]]:
    for task in tasks or ():
        yield task
        for key in ("block", "rescue", "always"):
            yield from every(task.get(key))


class _Anything(dict[str, Any]):
    """Filters and tests that ansible-core has and Jinja alone has not."""

    def get(self, key: str, default: Any = None) -> Any:
        return super().get(key, default or (lambda value, *_: value))

    def __contains__(self, key: object) -> bool:
        return True


def environment() -> Environment:
    made = Environment(autoescape=False)  # only parsed, never rendered
    made.filters = _Anything(made.filters)
    made.tests = _Anything(made.tests)
    return made


def used(text: str, *, bare: bool = False) -> set[str]:
    """The variables that a template asks for."""
    # Ansible doubles backslashes before Jinja reads texts of YAML.
    doubled = text.replace("\\", "\\\\")
    tree = environment().parse(f"{{{{ {doubled} }}}}" if bare else doubled)
    return meta.find_undeclared_variables(tree)


def texts(value: Any, *, bare: bool = False) -> Iterator[tuple[str, bool]]:
    if isinstance(value, str):
        yield value, bare
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, bare=key in BARE)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, bare=bare)


def defined(role: str) -> set[str]:
    """What a role has of its own: defaults, vars, and what its tasks register or set."""
    names: set[str] = set()
    for folder in ("defaults", "vars"):
        for file in (FOLDER / "roles" / role / folder).glob("*.yaml"):
            names.update(yaml.safe_load(file.read_text()) or {})
    for task in tasks_of(role):
        names.update(filter(None, [task.get("register")]))
        names.update(task.get("vars", {}))
        names.update(task.get("ansible.builtin.set_fact", {}))
        names.update(filter(None, [task.get("loop_control", {}).get("loop_var")]))
    return names


@cache
def everywhere() -> frozenset[str]:
    return frozenset(name for role in ROLES for name in defined(role))


@pytest.mark.parametrize("role", ROLES)
def test_every_variable_of_a_role_is_given_by_the_inventory_or_by_a_role(role: str) -> None:
    wanted: dict[str, str] = {}
    for file in files_of(role):
        if file.suffix == ".j2":
            wanted.update(dict.fromkeys(used(file.read_text()), file.name))
        elif file.suffix == ".yaml" and file.parent.name != "meta":
            for text, bare in texts(yaml.safe_load(file.read_text())):
                wanted.update(dict.fromkeys(used(text, bare=bare), file.name))
    missing = {name: file for name, file in wanted.items() if name not in known()}
    assert missing == {}


def known() -> set[str]:
    return {*given(), *everywhere(), *MAGIC}


@pytest.mark.parametrize("role", MINE)
def test_a_role_names_what_it_takes_from_the_inventory(role: str) -> None:
    specs = FOLDER / "roles" / role / "meta/argument_specs.yaml"
    named = yaml.safe_load(specs.read_text())["argument_specs"]["main"]["options"]
    own = set(yaml.safe_load((FOLDER / "roles" / role / "defaults/main.yaml").read_text()))
    assert own <= set(named)
    wanted: set[str] = set()
    for file in files_of(role):
        if file.suffix == ".j2":
            wanted |= used(file.read_text())
        elif file.suffix == ".yaml" and file.parent.name != "meta":
            for text, bare in texts(yaml.safe_load(file.read_text())):
                wanted |= used(text, bare=bare)
    asked = {name for name in wanted & given() if not name.startswith("ansible_")}
    assert asked <= set(named)


@pytest.mark.parametrize("role", ROLES)
def test_what_is_notified_is_a_handler_and_every_handler_is_notified(role: str) -> None:
    told: set[str] = set()
    handlers: set[str] = set()
    for file in files_of(role):
        if file.suffix == ".yaml" and file.parent.name in ("tasks", "handlers"):
            for task in every(yaml.safe_load(file.read_text())):
                notify = task.get("notify", [])
                told.update([notify] if isinstance(notify, str) else notify)
                if file.parent.name == "handlers":
                    handlers.add(task["name"])
    assert told == handlers


@pytest.mark.parametrize("role", ROLES)
def test_only_modules_that_ansible_core_carries_are_used(role: str) -> None:
    keywords = re.compile(r"[a-z_]+")
    for task in tasks_of(role):
        modules = [key for key in task if not keywords.fullmatch(key)]
        assert all(one.startswith("ansible.builtin.") for one in modules)
        assert len(modules) + ("block" in task) == 1


@pytest.mark.parametrize("role", ROLES)
def test_what_holds_a_secret_is_not_shown(role: str) -> None:
    secret = re.compile(r"rancher_token\b|rbd_keyring \||Bearer ")
    for task in tasks_of(role):
        body = {key: value for key, value in task.items() if key in SHOWN}
        if secret.search(yaml.safe_dump(body, width=10_000)):
            assert task.get("no_log") is True, task["name"]


def test_a_site_without_nodes_has_no_ansible() -> None:
    spec = typed()
    alone = spec.model_copy(update={"clusters": spec.clusters[:1]})
    assert list(ansible.files(alone)) == []


def test_settings_lie_where_people_and_jobs_stand() -> None:
    paths = {file.path for file in ansible.files(typed())}
    assert {"ansible.cfg", ".ansible-lint", "ansible/playbooks/prepare.yaml"} <= paths
    assert "ansible/ansible.cfg" not in paths
