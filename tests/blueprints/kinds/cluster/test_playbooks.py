"""What holds for every playbook and role, whatever it does; what they do is tests/real's."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import blueprints.kinds.cluster

FOLDER = Path(blueprints.kinds.cluster.__file__).parent / "ansible"
PLAYBOOKS = sorted((FOLDER / "playbooks").glob("*.yaml"))
LIFECYCLE = ("rancher", "join", "leave", "rejoin", "move")
KEYWORDS = {
    *("name", "when", "loop", "loop_control", "register", "vars", "tags", "notify", "listen"),
    *("changed_when", "failed_when", "check_mode", "delegate_to", "run_once", "no_log", "become"),
    *("until", "retries", "delay", "block", "rescue", "always", "args", "environment"),
    *("ignore_errors", "become_user", "throttle", "diff", "timeout", "module_defaults"),
}
CHANGE_WORDS = ("POST", "PUT", "PATCH", "DELETE")
Task = dict[str, Any]


def read(file: Path) -> Any:
    return yaml.safe_load(file.read_text())


def flat(tasks: list[Task]) -> Iterator[Task]:
    """Tasks, also those of blocks; what a block says holds for each in it."""
    for task in tasks:
        parts = [*task.get("block", []), *task.get("rescue", []), *task.get("always", [])]
        outer = {key: value for key, value in task.items() if key in ("no_log", "delegate_to")}
        for inner in flat(parts):
            yield outer | inner
        if not parts:
            yield task


def tasks() -> list[Any]:
    """Every task of every role, with the file that it is in."""
    found = []
    for file in sorted(FOLDER.glob("roles/*/tasks/*.yaml")):
        where = str(file.relative_to(FOLDER / "roles"))
        found += [pytest.param(task, id=f"{where}: {task['name']}") for task in flat(read(file))]
    return found


def module(task: Task) -> str:
    (found,) = set(task) - KEYWORDS
    return found


@pytest.mark.parametrize("task", tasks())
def test_a_task_uses_what_ansible_core_carries(task: Task) -> None:
    assert module(task).startswith("ansible.builtin.")


@pytest.mark.parametrize(
    "task", [one for one in tasks() if module(one.values[0]) == "ansible.builtin.uri"]
)
def test_a_question_with_a_key_is_asked_by_the_controller_and_never_shown(task: Task) -> None:
    said = task["ansible.builtin.uri"]
    if "headers" not in said:
        assert "/cacerts" in said["url"] or "/ping" in said["url"] or "/assets/" in said["url"]
        return
    assert task["no_log"] is True
    assert task["delegate_to"] == "localhost"
    assert said.get("validate_certs", True) is True


@pytest.mark.parametrize(
    "task", [one for one in tasks() if module(one.values[0]) == "ansible.builtin.uri"]
)
def test_a_dry_run_asks_and_changes_nothing(task: Task) -> None:
    changes = task["ansible.builtin.uri"].get("method", "GET") in CHANGE_WORDS
    if changes or task["name"] == "Register the machine":
        assert "check_mode" not in task


def test_every_playbook_asks_for_the_conditions_before_anything_else() -> None:
    assert [file.stem for file in PLAYBOOKS if file.parent.name == "playbooks"]
    for file in PLAYBOOKS:
        first = read(file)[0]["tasks"]
        roles = [task["ansible.builtin.import_role"]["name"] for task in first if len(task) == 2]
        assert roles[0] == "conditions", file.name
        before = first[: next(n for n, task in enumerate(first) if len(task) == 2)]
        assert {module(task) for task in before} <= {"ansible.builtin.assert"}, file.name


@pytest.mark.parametrize("name", ["leave", "move"])
def test_so_many_nodes_leave_at_a_time_and_none_after_one_failed(name: str) -> None:
    conditions, leaves = read(FOLDER / "playbooks" / f"{name}.yaml")
    assert conditions["any_errors_fatal"] is True
    assert leaves["serial"] == "{{ max_unavailable | default(1) }}"
    assert leaves["max_fail_percentage"] == 0


@pytest.mark.parametrize("role", LIFECYCLE)
def test_a_role_describes_each_of_its_defaults(role: str) -> None:
    file = FOLDER / "roles" / role / "defaults/main.yaml"
    defaults = read(file) if file.exists() else {}
    said = read(FOLDER / "roles" / role / "meta/argument_specs.yaml")["argument_specs"]["main"]
    assert set(defaults) <= set(said["options"])


def test_what_is_emptied_stays_mounted_where_the_role_mounts_put_it() -> None:
    kept = read(FOLDER / "roles/leave/defaults/main.yaml")["leave_kept_mounts"]
    mounts = read(FOLDER / "roles/mounts/defaults/main.yaml")
    mounted = [one["path"] for one in mounts["mounts_folders"]] + [mounts["mounts_run"]]
    assert kept == mounted


def test_the_agents_settings_name_the_answer_that_registration_writes() -> None:
    settings = (FOLDER / "roles/join/templates/config.yaml.j2").read_text()
    assert "connectionInfoFile: {{ rancher_connection }}" in settings
    assert "{{ rancher_connection }}" in (FOLDER / "roles/join/tasks/register.yaml").read_text()


def test_a_machine_is_the_last_thing_that_is_taken_out_of_rancher() -> None:
    removal = read(FOLDER / "roles/rancher/tasks/remove.yaml")[0]
    assert (
        removal["loop"] == "{{ rancher_of_kubernetes + rancher_of_rancher + rancher_of_machines }}"
    )


def test_the_script_that_cleans_is_one_for_every_shell(tmp_path: Path) -> None:
    script = FOLDER / "roles/leave/files/clean.sh"
    shell = shutil.which("dash") or "/bin/sh"
    done = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_a_later_run_knows_an_unfinished_one_by_is_removed_last() -> None:
    script = (FOLDER / "roles/leave/files/clean.sh").read_text()
    paths = script.partition('\npaths="')[2].partition('"')[0].split()
    assert paths[-2:] == ["/var/lib/rancher", "/etc/rancher"]
    assert script.rpartition("for path in ")[2].startswith("$paths; do")
    said = read(FOLDER / "roles/rancher/tasks/main.yaml")[-1]["ansible.builtin.command"]["argv"]
    looked_for = [path for path in said if path.startswith("/") and path != "/bin/sh"]
    assert all(path.startswith(("/var/lib/rancher/", "/etc/rancher/")) for path in looked_for)
    assert looked_for
