from dataclasses import replace

from tce.probe.report import SHOWN, Probed, Probing
from tce.probe.trial import Mismatch

WRONG = Mismatch(
    "passed", "tcp 10.64.0.1:1 > 10.90.12.10:22 flags syn", "tenants", None, "random", ("tce",)
)
PART = Probed(
    name="perimeter",
    file="network/perimeter/tce.nft",
    sha256="00" * 32,
    sent={"random": 10_000, "boundary": 900},
    control=10_900,
    wire=1_000,
    logged=9_900,
    counted=9_900,
    left_out={"routing drops its addresses before any rule": 3},
)


def probing(*parts: Probed) -> Probing:
    return Probing("hospital", 1, parts, ("tunnels are plain links",), {"packets": 1.25})


def test_it_holds_where_every_packet_did_what_the_intent_says() -> None:
    result = probing(PART)
    assert result.holds
    assert result.exit_code == 0
    text = str(result)
    assert "00000000" in text
    assert "10,000 random, 900 boundary" in text
    assert "passed 1,000 (wire); refused 9,900 (log), 9,900 (counters)" in text
    assert "3: routing drops its addresses before any rule" in text
    assert "tunnels are plain links" in text
    assert "level emulated" in text
    assert text.endswith("holds: every packet did what the intent says")


def test_one_wrong_packet_is_told_with_who_sent_it_and_ends_with_3() -> None:
    result = probing(replace(PART, mismatches=(WRONG,)))
    assert result.exit_code == 3
    assert "WRONG: tcp 10.64.0.1:1 > 10.90.12.10:22 flags syn" in str(result)
    assert "sent by tenants (random): passed, and nothing declares it" in str(result)
    assert str(result).endswith("does not hold: 1 mismatch")


def test_people_see_the_first_and_programs_all() -> None:
    result = probing(replace(PART, mismatches=(WRONG,) * 100))
    assert str(result).count("WRONG") == SHOWN
    assert f"and {100 - SHOWN} more" in str(result)
    said = result.as_json()
    assert said["schema"] == "tutela/probe/v1"
    assert said["holds"] is False
    parts = said["parts"]
    assert isinstance(parts, list)
    assert len(parts[0]["mismatches"]) == 100


def test_nothing_was_shown_where_nothing_was_sent() -> None:
    assert not probing().holds


def test_every_kind_of_mismatch_has_words() -> None:
    kinds = ("passed", "blocked", "astray", "twice", "not logged", "logged", "counters")
    for what in kinds:
        packet = "" if what == "counters" else WRONG.packet
        one = replace(WRONG, what=what, packet=packet, flow="ssh")
        assert "WRONG" in str(probing(replace(PART, mismatches=(one,))))


def test_frames_have_neither_log_nor_counters() -> None:
    text = str(probing(replace(PART, name="vlan", logged=None, counted=None)))
    assert "passed 1,000 (wire)\n" in text
