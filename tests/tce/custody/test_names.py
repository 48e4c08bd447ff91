"""Names in OpenBao: of two environments on one OpenBao, none is another's."""

from __future__ import annotations

from tce.custody import names

ENGINES = (names.transit, names.apps, names.volumes, names.headers, names.wrapped)


def test_no_two_engines_have_one_name_and_none_is_another_environments() -> None:
    one, two = ({engine(mounts) for engine in ENGINES} for mounts in ("tce-a", "tce-b"))
    assert len(one) == len(two) == len(ENGINES)
    assert not one & two


def test_what_is_one_list_for_all_environments_begins_with_the_environments_own_name() -> None:
    assert names.policy("tce-a", "dex-apps") == "tce-a-dex-apps"
    assert names.issuer("tce-a", "dex") != names.issuer("tce-b", "dex")


def test_a_buckets_key_and_login_are_called_like_it() -> None:
    assert names.bucket("genomes") == "bucket-genomes"
    assert names.opener("genomes") == "opener-genomes"
