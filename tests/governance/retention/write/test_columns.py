import json
from datetime import UTC, datetime

import pytest

from governance.retention.write import columns
from governance.retention.write.columns import encode, escape
from tests.governance.retention.lab import HOSTILE
from tests.governance.retention.places import days, row, table


def _word(data: dict[str, dict[str, object]], name: str, index: int) -> str:
    values = data["columns"][name]
    code = values["all"] if isinstance(values, dict) else values[index]  # type: ignore[index]
    return data["words"][name][code]  # type: ignore[index,no-any-return]


def test_every_value_comes_back() -> None:
    rows = [
        row(1, uri="s3://b/run/c-1/", bytes=5, complete=False, missing=["x"], why="named"),
        row(2, uri="s3://b/run/c-2/", bytes_noncurrent=7, newest=None, verdict="expire"),
        row(3, uri="s3://b/f.gguf", step=None, until=days(-1), complete=None, policy_line=None),
    ]
    text, held = encode(table(rows))
    data = json.loads(text)
    assert held == data["rows"] == 3
    folders = [_word(data, "folder", n) + data["columns"]["tail"][n] for n in range(3)]
    assert folders == [item["uri"] for item in rows]
    assert data["words"]["folder"] == ["s3://b/run/", "s3://b/"]
    assert data["columns"]["step"] == [1, 2, None]
    assert data["columns"]["stored"] == [5, 4007, 4000]
    assert data["columns"]["expire"] == [0, 1, 0]
    assert data["columns"]["complete"] == [0, 1, None]
    assert data["columns"]["weights"] == {"all": 1000}
    day = (days(100) - datetime(1970, 1, 1, tzinfo=UTC)).days
    assert data["columns"]["newest"] == [day, None, day]
    assert data["few"]["missing"] == {"0": "x"}
    assert data["few"]["why"] == {"0": "named"}
    assert list(data["few"]["until"]) == ["2"]
    assert [_word(data, "policy", n) for n in range(3)] == ["policy.yaml:4"] * 2 + [""]


@pytest.mark.parametrize(
    "uri", ["s3://b/", "s3://b//x//", "a", "", "s3://b/\nx/y\n", "file:///a/b"]
)
def test_an_address_in_two_parts_is_whole(uri: str) -> None:
    data = json.loads(encode(table([row(1, uri=uri), row(2, uri="s3://b/c/d/")]))[0])
    found = _word(data, "folder", 0) + data["columns"]["tail"][0]
    assert found == uri.replace("\n", "\\n")


def test_reasons_share_a_template_and_keep_their_numbers() -> None:
    reasons = [f"step {n} is a multiple of 500, changed 2026-01-{n:02d}" for n in (10, 20, 30)]
    data = json.loads(encode(table([row(n, reason=r) for n, r in enumerate(reasons)]))[0])
    assert len(data["words"]["reason"]) == 1
    found = []
    for index in range(3):
        numbers = iter(_word(data, "numbers", index).split(" "))
        parts = _word(data, "reason", index).split("\x01")
        found.append("".join(part + next(numbers, "") for part in parts))
    assert found == reasons


def test_hostile_text_is_visible_and_no_markup_is_left() -> None:
    rows = [row(n, uri=f"s3://b/{name}/", why=name, reason=name) for n, name in enumerate(HOSTILE)]
    text, _ = encode(table(rows))
    assert not set(text) & set("<>&\u2028\u2029")
    data = json.loads(text)
    for value in (*data["columns"]["tail"], *data["words"]["folder"], *data["few"]["why"].values()):
        assert value.isprintable()
    for value in data["words"]["reason"]:
        assert value.replace("\x01", "").isprintable()


def test_ids_are_cut_where_they_still_differ() -> None:
    ids = ["0123456789abcdef" + f"{n:08x}" for n in range(3)]
    data = json.loads(encode(table([row(n, id=identity) for n, identity in enumerate(ids)]))[0])
    width = data["id"]["width"]
    assert width == 24
    found = [data["id"]["all"][n * width : (n + 1) * width] for n in range(3)]
    assert found == ids


def test_a_page_never_grows_beyond_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "MOST_BYTES", 20_000)
    text, held = encode(table([row(n, uri=f"s3://b/{n}{'x' * 900}/") for n in range(100)]))
    assert len(text) <= 20_000
    assert 5 < held < 25
    assert encode(table([row(n) for n in range(9)]), rows=4)[1] == 4
    assert encode(table([]))[1] == 0


def test_escapes_mean_the_same() -> None:
    text = json.dumps("</script>&\u2028", ensure_ascii=False)
    assert escape(text) == r'"\u003c/script\u003e\u0026\u2028"'
    assert json.loads(escape(text)) == json.loads(text)
