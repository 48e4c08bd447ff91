"""Roles, handlers and the arguments of modules."""

from pathlib import Path

import pytest

from blueprints.check.ansible import Ansible, arguments
from blueprints.check.repository import Repository


def ansible(folder: Path, files: dict[str, str]) -> Ansible:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return Ansible(Repository(folder))


def slips(module: str, value: object, **task: object) -> list[str]:
    return [one.message for one in arguments({module: value, **task}, module)]


def test_an_argument_is_known_by_all_its_names() -> None:
    assert slips("ansible.builtin.file", {"path": "/a", "state": "absent"}) == []
    assert slips("ansible.builtin.file", {"dest": "/a"}) == []
    assert slips("file", {"nmae": "/a"}) == [
        "module file takes no argument nmae",
        "module file needs the argument path",
    ]


@pytest.mark.parametrize(
    ("module", "value"),
    [
        ("ansible.builtin.set_fact", {"whatever": 1}),
        ("ansible.builtin.command", "/bin/true"),
        ("ansible.builtin.file", "path=/a state=absent"),
        ("ansible.builtin.copy", "{{ everything }}"),
        ("ansible.builtin.package", {"name": "a", "state": "present", "update_cache": True}),
        ("ansible.builtin.service_facts", None),
        ("community.general.modprobe", {"nmae": "x"}),
        ("modprobe", {"nmae": "x"}),
    ],
)
def test_what_cannot_be_known_is_let_pass(module: str, value: object) -> None:
    assert slips(module, value) == []


def test_arguments_may_come_from_beside_the_module() -> None:
    assert slips("ansible.builtin.copy", None, args={"dest": "/a", "content": ""}) == []
    assert slips("ansible.builtin.copy", None, args="{{ all }}") == []
    assert slips("ansible.builtin.copy", None) == ["module copy needs the argument dest"]


def test_roles_of_collections_and_of_others_are_not_looked_for(tmp_path: Path) -> None:
    files = {"roles/web/tasks/main.yaml": "[]\n"}
    here = ansible(tmp_path, files)
    assert list(here.role("a.collection.web")) == []
    assert list(here.role("{{ name }}")) == []
    (slip,) = here.role("wbe")
    assert slip.hint == "did you mean web?"
    fetched = ansible(tmp_path / "b", {**files, "roles/requirements.yml": "[]\n"})
    assert list(fetched.role("wbe")) == []


def test_handlers_are_those_of_roles_and_plays_and_what_they_listen_to(tmp_path: Path) -> None:
    play = "- hosts: all\n  handlers:\n    - block:\n        - {name: a, listen: [b, c]}\n"
    role = "- {name: d, listen: e}\n"
    here = ansible(tmp_path, {"site.yaml": play, "roles/web/handlers/main.yaml": role})
    assert here.handlers == {"a", "b", "c", "d", "e"}
    assert list(here.notified({"notify": ["a", "web : d", "{{ x }}", "f"]})) == [("f", "")]
