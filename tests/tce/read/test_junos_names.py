from tce.read import junos_names
from tce.space.header import FLAGS


def test_names_stand_for_numbers_that_there_are() -> None:
    assert all(0 < port <= 65_535 for port in junos_names.PORTS.values())
    assert all(0 <= number <= 255 for number in junos_names.PROTOCOLS.values())
    for names in junos_names.MESSAGES.values():
        assert all(0 <= number <= 255 for number in names.values())


def test_flags_are_those_of_the_space_of_packets() -> None:
    assert sorted(junos_names.FLAGS.values()) == sorted(FLAGS)
