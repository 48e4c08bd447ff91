import pytest

from tce.read.acl_config import blocks
from tce.space.errors import NotModelledError


def shown(text: str) -> list[tuple[str, list[str]]]:
    return [(one.head.text, [line.text for line in one.body]) for one in blocks(text, "f")]


def test_lines_stand_under_the_line_at_the_margin_before_them() -> None:
    text = "interface Vlan4\n   mtu 9000\n!\n   shutdown\nip routing\n"
    assert shown(text) == [("interface Vlan4", ["mtu 9000", "shutdown"]), ("ip routing", [])]


def test_lines_keep_their_numbers() -> None:
    (one,) = blocks("!\n\na\n b  c\n", "f")
    assert (one.head.number, one.body[0].number, one.body[0].words) == (3, 4, ("b", "c"))


def test_the_one_tab_that_ios_prints_itself_is_read() -> None:
    text = "crypto pki certificate chain A\n certificate 01\n  30820330\n  \tquit\nend\n"
    assert shown(text)[0][1] == ["certificate 01", "30820330", "quit"]


@pytest.mark.parametrize(
    "banner",
    [
        "banner motd ^C\nip access-list x\n^C\n",
        "banner motd ^Cone line^C\n",
        "banner login #\n a\n#\n",
        "banner motd\nip access-list x\nEOF\n",
    ],
)
def test_what_a_banner_says_is_no_configuration(banner: str) -> None:
    assert shown(f"{banner}end\n") == [("end", [])]


@pytest.mark.parametrize(
    "said",
    [
        "interface Vlan4",
        "no interface Vlan4",
        "ip access-list A",
        "default ip access-list A",
        "ipv6 access-list A",
        "access-list 101 permit ip any any",
        "object-group network A",
    ],
)
def test_what_begins_something_of_its_own_is_refused_under_another_line(said: str) -> None:
    """Pasted, a device falls back to the mode above and carries it out."""
    with pytest.raises(NotModelledError, match=r"f:2: .* is indented, and carried out"):
        list(blocks(f"vlan 4\n   {said}\n", "f"))


@pytest.mark.parametrize("text", [" a\n", "banner motd ^C\nno end\n", "a\tb\n", "a\r\n"])
def test_what_cannot_be_split_into_lines_is_refused(text: str) -> None:
    with pytest.raises(NotModelledError, match="f:1: "):
        list(blocks(text, "f"))
