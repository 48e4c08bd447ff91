from tce.read.policies import ANY_PORT, ANYONE, NOBODY, OTHER, PROTOCOLS, TOP, WORLD


def test_every_protocol_is_among_any_port() -> None:
    assert {one.protocol for one in ANY_PORT} == set(PROTOCOLS)
    assert {one.last for one in ANY_PORT} == {65_535, 255, 0}
    assert all(one.first == 0 and one.name is None for one in ANY_PORT)
    assert OTHER in PROTOCOLS


def test_the_world_is_all_addresses_of_both_families() -> None:
    assert [(one.family, one.first, one.last) for one in WORLD] == [(4, 0, TOP[4]), (6, 0, TOP[6])]
    assert ANYONE.addresses == WORLD
    assert (NOBODY.selectors, NOBODY.addresses) == ((), ())
