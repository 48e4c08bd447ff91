import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.check.finding import Level
from blueprints.check.repository import Repository
from blueprints.check.tools.sarif import findings, in_repository
from tests.blueprints.check.places import repository
from tests.blueprints.check.tools.programs import sarif

COPY = Path("/copy")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["runs", "results", "tool", "locations", "message", "text"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return repository(tmp_path, {"a b.yaml": "", "c/d.tf": ""})


def test_a_result_is_a_finding_of_the_tool(repo: Repository) -> None:
    (one,) = findings("tool", sarif("R1", "/copy/c/d.tf", 7, "two\nlines", "note"), repo, COPY)
    assert (one.file, one.line, one.rule, one.message) == ("c/d.tf", 7, "tool", "R1: two lines")
    assert one.level is Level.NOTE


def test_a_level_may_be_the_rules(repo: Repository) -> None:
    log = json.loads(sarif("R1", "c/d.tf", 0, "x"))
    del log["runs"][0]["results"][0]["level"]
    (one,) = findings("tool", json.dumps(log), repo, COPY)
    assert (one.level, one.line) == (Level.WARNING, 0)
    rules = [{"id": "R1", "defaultConfiguration": {"level": "error"}}]
    log["runs"][0]["tool"] = {"driver": {"rules": rules}}
    (one,) = findings("tool", json.dumps(log), repo, COPY)
    assert one.level is Level.ERROR


@pytest.mark.parametrize(
    ("uri", "file"),
    [
        ("a b.yaml", "a b.yaml"),
        ("a%20b.yaml", "a b.yaml"),
        ("file:///copy/a%20b.yaml", "a b.yaml"),
        ("./c/d.tf", "c/d.tf"),
        ("/copy/c/d.tf", "c/d.tf"),
        ("/c/d.tf", "c/d.tf"),
        ("copy/c/d.tf", "c/d.tf"),
        ("../copy/c/d.tf", "c/d.tf"),
        ("/etc/passwd", ""),
        ("../c/d.tf", ""),
        ("", ""),
    ],
)
def test_a_file_is_named_as_the_repository_names_it(repo: Repository, uri: str, file: str) -> None:
    assert in_repository(uri, repo, COPY) == file


def test_what_is_no_sarif_is_an_error(repo: Repository) -> None:
    for text in ("", "[]", "{}", '{"runs": 1}', "nonsense"):
        with pytest.raises(ValueError):  # noqa: PT011 - of JSON's or of ours
            list(findings("tool", text, repo, COPY))


@given(JSON)
def test_anything_in_the_place_of_results_is_survived(value: object) -> None:
    repo = Repository(Path(__file__).parent)
    for one in findings("tool", json.dumps({"runs": [value]}), repo, COPY):
        assert one.rule == "tool"
