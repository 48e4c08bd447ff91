"""What a role says that it takes, against what it does."""

import shutil
from pathlib import Path

import pytest

from blueprints.check.repository import Repository
from blueprints.check.rules.ansible_argument import check

VALID = Path(__file__).parent.parent.parent / "invalid" / "ansible-argument" / "valid"
SPECS, DEFAULTS, TASKS = "meta/argument_specs.yaml", "defaults/main.yaml", "tasks/main.yaml"


def findings(folder: Path) -> list[str]:
    repo = Repository(folder)
    return [one.message for one in check(repo, repo.settings)]


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return Path(shutil.copytree(VALID, tmp_path / "repo"))


def edit(repo: Path, name: str, old: str, new: str) -> None:
    file = repo / "ansible/roles/clock" / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_a_role_that_does_what_it_says_is_right(repo: Path) -> None:
    assert findings(repo) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        (SPECS, "  main:", "  mian:", "role clock has no tasks/mian.yaml"),
        (SPECS, "short_description:", "description:", "main has no short_description"),
        (SPECS, "    options:", "    opitons:", "an entry point has no key opitons"),
        (SPECS, "type: int", "type: integer", "type of clock_retries is no type of Ansible"),
        (SPECS, "type: int", "tpye: int", "an option has no key tpye"),
        (SPECS, "        elements: str\n", "", "clock_servers needs elements where it is a list"),
        (SPECS, "elements: str", "elements: text", "elements of clock_servers is no type"),
        (SPECS, "description: How often.", "description: 3", "option clock_retries has no descr"),
        (SPECS, "required: true", "required: 1", "required of clock_servers is of the wrong type"),
        (SPECS, "clock_servers:", "clock_server:", "clock_servers is used and set nowhere"),
        (SPECS, "clock_servers:", "clock_server:", "clock_server is set and used nowhere"),
        (DEFAULTS, "clock_retries", "clock_tries", "default clock_tries is no option of clock"),
        (DEFAULTS, "3", "often", "default clock_retries is no int"),
        (DEFAULTS, "3", "true", "default clock_retries is no int"),
        (DEFAULTS, "3", "3\nclock_servers: [1, {}]", "an item of clock_servers is no str"),
        (TASKS, "register: clock_answer", "register: clock_anwser", "clock_answer is used and set"),
        (TASKS, "{{ clock_retries }}", "{{ clock_tries }}", "clock_tries is used and set nowhere"),
        (TASKS, "var: clock_servers", "msg: nothing", "clock_servers is set and used nowhere"),
    ],
)
def test_what_does_not_agree_is_told(repo: Path, name: str, old: str, new: str, says: str) -> None:
    edit(repo, name, old, new)
    assert any(says in one for one in findings(repo)), findings(repo)


def test_a_task_that_stands_there_twice_is_told_also_under_another_name(repo: Path) -> None:
    file = repo / "ansible/roles/clock" / TASKS
    text = file.read_text()
    again = text.partition("\n\n")[2].replace("Say whom", "Tell whom")
    file.write_text(f"{text}\n{again}")
    assert findings(repo) == ["the same task stands here before"]


def test_templates_playbooks_and_inventories_use_variables_too(repo: Path) -> None:
    edit(repo, TASKS, "    var: clock_servers", "    msg: it does")
    for name in (
        "ansible/roles/clock/templates/x.j2",
        "ansible/playbooks/x.yaml",
        "inventory.yaml",
    ):
        file = repo / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text('- a: "{{ clock_servers }}"\n')
        assert findings(repo) == []
        file.unlink()
    assert findings(repo) == ["clock_servers is set and used nowhere"]


def test_a_role_that_says_nothing_is_left_alone(repo: Path) -> None:
    (repo / "ansible/roles/clock" / SPECS).unlink()
    edit(repo, DEFAULTS, "clock_retries", "clock_tries")
    assert findings(repo) == []


@pytest.mark.parametrize("text", ["", "argument_specs: []", "argument_specs: {main: [1]}", "- 1"])
def test_whatever_stands_there_is_no_bug(repo: Path, text: str) -> None:
    (repo / "ansible/roles/clock" / SPECS).write_text(text)
    (repo / "ansible/roles/clock" / DEFAULTS).write_text("- 1\n")
    assert isinstance(findings(repo), list)


def test_what_is_let_pass_need_not_be_read(repo: Path) -> None:
    edit(repo, TASKS, "  until: clock_answer.rc == 0\n", "  ignore_errors: true\n")
    assert findings(repo) == []
