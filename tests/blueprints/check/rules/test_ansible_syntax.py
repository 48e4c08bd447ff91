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


ROLE = {
    "roles/web/tasks/main.yaml": """- name: Settings
  ansible.builtin.template:
    src: web.conf.j2
    dest: /etc/web.conf
    mode: "0644"
  notify: Restart the server
- name: More
  ansible.builtin.include_tasks: more.yaml
- name: A folder
  ansible.builtin.file: {path: /srv, state: directory}
  args: {mode: "0755"}
""",
    "roles/web/tasks/more.yaml": """- name: Names
  ansible.builtin.set_fact:
    anything: "{{ names | regex_replace('^\\s+', '') }}"
- name: Run
  ansible.builtin.command: /bin/true
- name: Another collection
  community.general.thing: {whatever: 1}
""",
    "roles/web/handlers/main.yaml": """- name: Restart the server
  ansible.builtin.systemd_service: {name: web, state: restarted}
""",
    "play.yaml": """- name: Web
  hosts: all
  roles: [web, {role: web}]
  tasks:
    - name: Again
      ansible.builtin.import_role: {name: web, tasks_from: more}
""",
}


def test_a_good_role_is_not_told(tmp_path: Path) -> None:
    assert told(ansible_syntax, tmp_path, ROLE) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (
            "tasks/main",
            "    mode:",
            "    mod:",
            "main.yaml:5: module template takes no",
        ),
        ("tasks/main", "    src: web.conf.j2\n", "", "module template needs the argument src"),
        ("tasks/main", "builtin.template", "builtin.templat", "ansible-core has no module templat"),
        ("tasks/main", 'args: {mode: "0755"}', "args: {mod: 1}", "file takes no argument mod"),
        (
            "tasks/main",
            "Restart the",
            "Restart a",
            "notifies Restart a server, which is no handler",
        ),
        ("tasks/main", "s: more.yaml", "s: most.yaml", "there is no file of tasks most.yaml"),
    ],
)
def test_a_slip_in_a_role_is_told(
    file: str, old: str, new: str, words: str, tmp_path: Path
) -> None:
    name = f"roles/web/{file}.yaml"
    found = told(ansible_syntax, tmp_path, {**ROLE, name: ROLE[name].replace(old, new)})
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("roles: [web,", "roles: [wep,", "play.yaml:3: there is no role wep"),
        ("{role: web}", "{role: wep}", "there is no role wep"),
        ("{name: web,", "{name: wep,", "play.yaml:6: there is no role wep"),
        ("tasks_from: more", "tasks_from: most", "role web has no tasks most"),
    ],
)
def test_a_role_that_is_not_there_is_told(old: str, new: str, words: str, tmp_path: Path) -> None:
    files = {**ROLE, "play.yaml": ROLE["play.yaml"].replace(old, new)}
    found = told(ansible_syntax, tmp_path, files)
    assert len(found) == 1
    assert words in found[0]
