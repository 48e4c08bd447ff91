"""Playbooks and tasks that Ansible does not read."""

from pathlib import Path

import pytest

from blueprints.check.rules import ansible_syntax
from tests.blueprints.check.rules.asking import told

PLAY = """- name: Nodes
  hosts: nodes
  become: true
  tasks:
    - name: Chrony is there
      ansible.builtin.package: {name: chrony, state: present}
      when: wanted
      notify: restart
    - block:
        - ansible.builtin.command: /bin/true
      rescue:
        - ansible.builtin.debug: {msg: "{{ failed }}"}
  handlers:
    - name: restart
      ansible.builtin.service: {name: chronyd, state: restarted}
"""


def test_a_good_playbook_is_not_told(tmp_path: Path) -> None:
    assert told(ansible_syntax, tmp_path, {"site.yml": PLAY}) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  tasks:", "  task:", "site.yml:4: a play has no keyword task"),
        ("when: wanted", "whn: wanted", "has more than one module: ansible.builtin.package, whn"),
        ("rescue:", "rescu:", "a block has no keyword rescu"),
        ("hosts: nodes", "hosts:", "play has no hosts"),
        ("{{ failed }}", "{{ failed", "template cannot be read"),
        ("ansible.builtin.command: /bin/true", "name: x", "task x has no module"),
        ("- block:", "- loop: []\n      with_items: []\n      block:", "no keyword loop"),
    ],
)
def test_a_slip_is_told(old: str, new: str, words: str, tmp_path: Path) -> None:
    found = told(ansible_syntax, tmp_path, {"site.yml": PLAY.replace(old, new)})
    assert any(words in one for one in found), found


def test_tasks_of_roles_and_playbooks_that_are_imported_are_looked_at(tmp_path: Path) -> None:
    files = {
        "site.yml": "- import_playbook: there.yml\n- import_playbook: gone.yml\n",
        "there.yml": PLAY,
        "roles/a/tasks/main.yml": "- name: nothing\n  register: x\n",
    }
    assert told(ansible_syntax, tmp_path, files) == [
        "roles/a/tasks/main.yml:1: task nothing has no module",
        "site.yml:2: there is no playbook gone.yml",
    ]


def test_other_lists_of_mappings_are_no_playbooks(tmp_path: Path) -> None:
    assert told(ansible_syntax, tmp_path, {"a.yaml": "- name: x\n  anything: y\n"}) == []
