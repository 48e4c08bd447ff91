"""What `init` and `validate` say when they go wrong; the rest is tested with terraform."""

from pathlib import Path

from blueprints.check.finding import Level
from blueprints.check.tools.validate import has_files
from tests.blueprints.check.places import repository
from tests.blueprints.check.tools.programs import program, used

DIAGNOSTIC = (
    '{"diagnostics": [{"severity": "warning", "summary": "Old", "detail": "it is\\\\nold", '
    '"range": {"filename": "main.tf", "start": {"line": 4}}}, {"severity": "error", '
    '"summary": "Somewhere", "detail": ""}]}'
)


def test_diagnostics_are_findings_of_their_folder(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {"a/main.tf": "", "b/main.tf": ""})
    script = (
        'case "$1$2" in fmt*) exit 0;; */binit) echo "no provider" >&2; exit 1;; *init) exit 0;; '
        f"*) echo '{DIAGNOSTIC}';; esac"
    )
    found, missed = used(
        "terraform", repo, program(tmp_path / "bin", "terraform", script), trusted=True
    )
    assert [(one.file, one.line, one.level, one.message) for one in found] == [
        ("a/main.tf", 4, Level.WARNING, "Old: it is old"),
        ("", 0, Level.ERROR, "Somewhere: "),
    ]
    assert [(one.file, one.reason) for one in missed] == [("b", "init of b: no provider")]


def test_files_are_known_by_their_ends(tmp_path: Path) -> None:
    repo = repository(tmp_path, {"a.tf": ""})
    assert has_files(repo, (".tf", ".tofu"))
    assert not has_files(repo, (".tofu",))
