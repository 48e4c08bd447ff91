import pytest

from blueprints.runtimes import registry


@pytest.mark.parametrize("name", registry.NAMES)
def test_every_runtime_that_a_site_may_name_is_there_under_its_name(name: str) -> None:
    assert registry.runtime(name).name == name


def test_knows_no_other() -> None:
    with pytest.raises(KeyError):
        registry.runtime("kubernetes.read")
