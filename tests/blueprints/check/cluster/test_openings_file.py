import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.check.cluster.openings_file import said, short, wrong

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 9) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "addresses", "ports", "source", "fact", "facts", "cidr"]),
            inner,
        )
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("opening", "words"),
    [
        ({"protocol": "tcp", "ports": [[80, 80], [90, 99]]}, "tcp 80, 90-99"),
        ({"protocol": "icmp", "ports": []}, "icmp echo"),
        ({}, "None "),
    ],
)
def test_what_is_open_is_said_as_people_write_it(opening: dict[str, object], words: str) -> None:
    assert said(opening) == words


def test_a_zone_has_a_short_name() -> None:
    assert short("production-web/nodes/gpu") == "gpu"


@given(
    st.fixed_dictionaries({"facts": _JSON, "zones": st.lists(_JSON), "openings": st.lists(_JSON)})
)
def test_whatever_stands_there_is_no_bug(data: dict[str, object]) -> None:
    assert all(isinstance(words, str) for _, words in wrong(data))
