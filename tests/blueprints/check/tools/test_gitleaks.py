from pathlib import Path

import pytest

from tests.blueprints.check.places import repository
from tests.blueprints.check.secrets.planted import FORMS
from tests.blueprints.check.tools.programs import installed, program, sarif, used


def test_its_report_is_read(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {"a.env": ""})
    report = sarif("github-pat", "a.env", 2, "github-pat has detected secret for file a.env.")
    script = (
        f'echo "$@" > {tmp_path}/words; for word in "$@"; do case $word in '
        f"--report-path=*) echo '{report}' > ${{word#*=}};; esac; done"
    )
    path = program(tmp_path / "bin", "gitleaks", script)
    found, missed = used("gitleaks", repo, path)
    assert [(one.file, one.line) for one in found] == [("a.env", 2)]
    assert missed == []
    words = (tmp_path / "words").read_text().split()
    assert words[0] == "dir"  # never `git`, which would run Git
    assert {"--redact", "--ignore-gitleaks-allow"} <= set(words)
    used("gitleaks", repo, path, trusted=True)
    assert "--ignore-gitleaks-allow" not in (tmp_path / "words").read_text()


@pytest.mark.real
def test_gitleaks_itself_finds_what_is_planted_and_shows_no_value(tmp_path: Path) -> None:
    repo = repository(
        tmp_path,
        {
            "a.pem": FORMS["an RSA key"] + "\n",
            "b.env": f"TOKEN={FORMS['a GitHub token']} # gitleaks:allow\n",
            ".gitleaks.toml": "[allowlist]\npaths = ['''.*''']\n",
        },
    )
    found, missed = used("gitleaks", repo, installed())
    assert missed == []
    assert {one.file for one in found} == {"a.pem", "b.env"}
    assert FORMS["a GitHub token"] not in repr(found)
