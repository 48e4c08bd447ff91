"""What the documents say is what the program does."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests import rules
from tests.commands import PAGE, commands, help_of, page
from tutela.exit_codes import MEANINGS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_page_of_commands_is_what_the_program_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_the_page_of_rules_is_what_the_rules_say() -> None:
    assert rules.PAGE.read_text(encoding="utf-8") == rules.page(), "run `make docs`"


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_every_command_explains_itself_and_fits_the_page(path: tuple[str, ...]) -> None:
    lines = help_of(path).splitlines()
    assert lines[0].startswith(f"Usage: tutela {' '.join(path)}")
    assert re.match(r"  [A-Z].*\w", lines[2]), "no help"
    assert max(map(len, lines)) <= 100


def test_every_command_stands_in_the_readme() -> None:
    rows = [line.split("|")[1] for line in README.splitlines() if line.startswith("| `tutela ")]
    missing = []
    for *noun, verb in commands():
        named = [row for row in rows if row.startswith(" `" + " ".join(["tutela", *noun]))]
        if not any(re.search(rf"[` ]{verb}`", row) for row in named):
            missing.append((*noun, verb))
    assert missing == []


def test_the_table_of_exit_codes_is_the_programs() -> None:
    rows = re.findall(r"^\| (\d+) \| (.+?) \|$", README, re.MULTILINE)
    assert [(int(code), text) for code, text in rows] == [
        (int(code), meaning) for code, meaning in MEANINGS.items()
    ]


def test_every_make_target_in_the_readme_is_there() -> None:
    targets = set(re.findall(r"`make ([a-z-]+)`", README))
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"demo", "test", "check", "bench", "prove"} <= targets
    assert targets <= made


def test_every_file_that_the_documents_link_to_is_there() -> None:
    missing = []
    for document in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", document.read_text("utf-8")):
            if not (document.parent / target).exists():
                missing.append(f"{document.name}: {target}")
    assert missing == []


def test_every_folder_is_named_in_the_readme() -> None:
    folders = [
        path.name
        for path in ROOT.iterdir()
        if path.is_dir() and not path.name.startswith(".") and (path / "__init__.py").exists()
    ]
    assert [name for name in folders if f"`{name}/`" not in README] == []


def test_decisions_are_numbered_without_gaps() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [file.name[:4] for file in files] == [f"{n:04}" for n in range(1, len(files) + 1)]


def test_make_help_names_the_targets() -> None:
    done = subprocess.run(
        ["make", "help"],
        cwd=ROOT,
        env={**os.environ, "MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"make demo", "make test", "make check"} <= set(re.findall(r"make [a-z]+", done.stdout))


def test_kinds_of_errors_are_words() -> None:
    found = {
        (file.name, kind)
        for room in ("tutela", "governance", "blueprints")
        for file in (ROOT / room).rglob("*.py")
        for kind in re.findall(r'^    kind = "(.*)"$', file.read_text("utf-8"), re.MULTILINE)
    }
    assert len(found) > 10
    assert {one for one in found if not re.fullmatch(r"[a-z]+( [a-z]+)*", one[1])} == set()
