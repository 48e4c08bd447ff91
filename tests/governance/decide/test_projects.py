import pytest

from governance.decide.engine import connect, quote
from governance.decide.projects import UNKNOWN, owners_of, project_of
from governance.workspace.config import ProjectConfig

PROJECTS = {
    "alpha": ProjectConfig(prefixes=["s3://lab/alpha/"], owners=["ada"]),
    "inner": ProjectConfig(prefixes=["s3://lab/alpha/inner/"]),
    "o'hara": ProjectConfig(prefixes=["s3://lab/o'hara/"]),
    "beta": ProjectConfig(pattern=r"^s3://shared/(?P<project>[^/]+)/"),
    "any": ProjectConfig(pattern=r"^s3://shared/.*\.nemo$"),
}


def project(uri: str) -> object:
    found = connect().execute(f"SELECT {project_of(PROJECTS, quote(uri))}").fetchone()
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("s3://lab/alpha/x", "alpha"),
        ("s3://lab/alpha/inner/x", "inner"),
        ("s3://lab/alphabet/x", UNKNOWN),
        ("s3://lab/o'hara/x", "o'hara"),
        ("s3://shared/beta/x", "beta"),
        ("s3://shared/gamma/x", UNKNOWN),
        ("s3://shared/gamma/x.nemo", "any"),
        ("s3://elsewhere/", UNKNOWN),
    ],
)
def test_the_longest_prefix_then_the_first_pattern_claims(uri: str, name: str) -> None:
    assert project(uri) == name


def test_nothing_configured_is_unknown() -> None:
    assert project_of({}) == "'unknown'"


def test_owners_are_those_of_the_configuration() -> None:
    assert owners_of(PROJECTS)[:2] == [("alpha", ["ada"]), ("inner", [])]
