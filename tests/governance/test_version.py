import re

from governance.version import version


def test_the_version_is_that_of_the_package_or_unknown() -> None:
    assert version() == "unknown" or re.match(r"\d+\.\d+", version())
