import pytest

from governance.retention.scope import EVERYTHING, Scope, UnknownScopeError, parse_scope
from tests.governance.retention.places import database, row

PROJECTS = ("swiss-llm", "unknown")


def _found(scope: Scope, *uris: str) -> list[str]:
    connection = database(
        [row(n, uri=uri, project=uri.split("/")[3]) for n, uri in enumerate(uris)]
    )
    found = connection.execute(f"SELECT uri FROM rows WHERE {scope.condition} ORDER BY fact")
    return [str(item[0]) for item in found.fetchall()]


def test_nothing_said_is_everything() -> None:
    assert parse_scope(None, projects=PROJECTS) == EVERYTHING
    assert EVERYTHING.words == "everything"


def test_a_name_is_a_project_and_a_uri_is_a_place() -> None:
    assert parse_scope("swiss-llm", projects=PROJECTS) == Scope(project="swiss-llm")
    assert parse_scope("s3://lab/x", projects=PROJECTS) == Scope(prefix="s3://lab/x")
    both = parse_scope("s3://lab/x", project="swiss-llm", run="r/", projects=PROJECTS)
    assert both == Scope("swiss-llm", "s3://lab/x", "r/")
    assert both.words == "project swiss-llm, s3://lab/x, run r/"


def test_an_unknown_project_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownScopeError, match="no project swis-llm") as caught:
        parse_scope("swis-llm", projects=PROJECTS)
    assert caught.value.__notes__ == ["tutela retention report swiss-llm"]
    with pytest.raises(UnknownScopeError, match="two projects"):
        parse_scope("a", project="b", projects=["a", "b"])


def test_a_prefix_does_not_take_in_its_neighbour() -> None:
    uris = ("s3://lab/run-1/a/", "s3://lab/run-10/a/", "s3://lab/run-1/", "s3://lab/run-1")
    expected = [uris[0], uris[2], uris[3]]
    assert _found(Scope(prefix="s3://lab/run-1"), *uris) == expected
    assert _found(Scope(prefix="s3://lab/run-1/"), *uris) == expected


def test_hostile_text_in_a_scope_is_data() -> None:
    scope = Scope(project="x' OR '1'='1", prefix="s3://lab/' OR 1=1 --", run="' OR true")
    assert _found(scope, "s3://lab/a/") == []
    assert "\x1b" not in Scope(prefix="s3://\x1b[31m").words


def test_a_run_is_named_by_its_root_or_its_uri() -> None:
    connection = database([row(1, run="team/sft/"), row(2, run="team/sft-2/")])
    for run in ("team/sft", "team/sft/"):
        found = connection.execute(f"SELECT fact FROM rows WHERE {Scope(run=run).condition}")
        assert found.fetchall() == [(1,)]
    assert _found(Scope(run="s3://lab/a"), "s3://lab/a/c-1/", "s3://lab/ab/") == ["s3://lab/a/c-1/"]
