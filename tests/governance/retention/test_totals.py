from hypothesis import given
from hypothesis import strategies as st

from governance.retention.totals import Sum, groups, rules, whole
from tests.governance.retention.places import database, row

_AMOUNT = st.integers(0, 10**15)
_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "project": st.sampled_from(["a", "b", "unknown"]),
            "kind": st.sampled_from(["checkpoint", "dataset", "run"]),
            "rule": st.sampled_from(["thin", "default", "pin:1"]),
            "level": st.sampled_from(["keep", "rule"]),
            "verdict": st.sampled_from(["keep", "expire"]),
            "bytes": _AMOUNT,
            "bytes_noncurrent": _AMOUNT,
            "bytes_upload": _AMOUNT,
            "complete": st.sampled_from([True, False, None]),
        }
    ),
    max_size=12,
)


def _add(sums: list[Sum]) -> Sum:
    total = Sum()
    for item in sums:
        total = total + item
    return total


@given(_ROWS)
def test_totals_are_the_sum_over_artifacts_whichever_way_they_are_divided(
    fields: list[dict[str, object]],
) -> None:
    rows = [row(number, **item) for number, item in enumerate(fields)]
    connection = database(rows)
    total = whole(connection)
    names = ("bytes", "bytes_noncurrent", "bytes_upload")
    assert total.all.artifacts == len(rows)
    assert total.all.stored == sum(int(str(item[name])) for item in rows for name in names)
    assert total.partial == sum(item["complete"] is False for item in rows)
    assert total.unverifiable == sum(item["complete"] is None for item in rows)
    for column in ("project", "kind"):
        assert _add([group.all for group in groups(connection, column)]) == total.all
    assert _add([rule.sum for rule in rules(connection)]) == total.all
    connection.close()


@given(_ROWS)
def test_verdicts_divide_the_artifacts(fields: list[dict[str, object]]) -> None:
    rows = [row(number, **item) for number, item in enumerate(fields)]
    connection = database(rows)
    for group in (whole(connection), *groups(connection, "project")):
        mine = [item for item in rows if group.name in ("", item["project"])]
        kept = [item for item in mine if item["verdict"] == "keep"]
        assert group.keep.artifacts == len(kept)
        assert group.expire.artifacts == len(mine) - len(kept)
    connection.close()


def test_a_rule_is_shown_with_the_reason_of_its_largest_artifact() -> None:
    connection = database([row(1, bytes=1, reason="small"), row(2, bytes=9, reason="large")])
    (rule,) = rules(connection)
    assert (rule.name, rule.reason, rule.policy_line) == ("thin", "large", "policy.yaml:4")
