from tce.prove.besides import besides
from tests.tce.prove.small import ONE, SETTINGS, TWO, WIDE, edited, intent, said


def test_policies_and_links_are_proved_together() -> None:
    found = besides(edited(), intent())
    assert found.findings == ()
    assert {one.name for one in found.targets} == {
        "kubernetes",
        "harvester",
        "assignment",
        "vpn-gateway",
        "vpn-home",
    }
    assert found.assumptions


def test_what_a_cluster_says_it_runs_is_proved_instead_of_files() -> None:
    text = "\n---\n".join((SETTINGS, WIDE, ONE, TWO))
    assert said(besides(edited(), intent(), ("network/live.txt", text.encode())).findings) == []
    named = besides(edited(), intent(), ("/tmp/read.yaml", text.encode())).targets[0]
    assert named.file == "read.yaml"
    open_ = text.replace("toCIDR: [203.0.113.80/32]", "toEntities: [world]")
    messages = said(besides(edited(), intent(), ("live.yaml", open_.encode())).findings)
    assert any(one.startswith("extra live.yaml:") for one in messages)
