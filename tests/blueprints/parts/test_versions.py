import pytest

from blueprints.parts.versions import key

IN_ORDER = [
    "0.9.0",
    "v0.10.0",
    "1.0.0-1",
    "1.0.0-2",
    "1.0.0-10",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-rc.1",
    "1.0.0",
    "v1.33.5+rke2r1",
    "v1.33.5+rke2r2",
    "v1.33.5+rke2r10",
    "v1.33.6+rke2r1",
    "v1.34.0+rke2r1",
]


def test_versions_sort_as_they_follow_each_other() -> None:
    assert sorted(reversed(IN_ORDER), key=key) == IN_ORDER
    assert len({key(one) for one in IN_ORDER}) == len(IN_ORDER)


def test_a_v_in_front_means_nothing() -> None:
    assert key("v1.2.3") == key("1.2.3")


@pytest.mark.parametrize("text", ["", "1", "1.2", "latest", "1.2.x", "1.2.3 "])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no version"):
        key(text)
