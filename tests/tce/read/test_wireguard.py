import pytest

from tce.read.wireguard import read
from tce.space.errors import NotModelledError
from tests.tce.prove.small import PEER_KEY

TEXT = f"""\
# a comment
[Interface]
address = 10.0.0.1/32, 2001:db8::1/128   # two
ListenPort=51820
MTU = 1420
PostUp = wg set %i private-key /etc/wireguard/wg0.key

[PEER]
PublicKey = {PEER_KEY}
AllowedIPs = 10.1.0.0/16
allowedips = 2001:db8:1::/48
Endpoint = [2001:db8::9]:51821
PersistentKeepalive = 25
"""


def test_keys_are_read_in_any_case_and_lists_in_any_form() -> None:
    found = read(TEXT, "a.conf")
    assert (found.line, found.addresses, found.port) == (
        2,
        ("10.0.0.1/32", "2001:db8::1/128"),
        51820,
    )
    assert found.key_from_file
    (peer,) = found.peers
    assert (peer.line, peer.public_key) == (8, PEER_KEY)
    assert peer.endpoint == ("2001:db8::9", 51821)
    assert [(line, str(one)) for line, one in peer.allowed] == [
        (10, "10.1.0.0/16"),
        (11, "2001:db8:1::/48"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("MTU = 1420", "PrivateKey = x", "a.conf:5: privatekey, a secret in the repository"),
        ("PersistentKeepalive = 25", "PresharedKey = x", "presharedkey, a secret"),
        ("PostUp = wg set %i", "PostUp = sh -c x; wg set %i", "a.conf:6: postup"),
        ("MTU = 1420", "PostDown = true", "a.conf:5: postdown"),
        ("MTU = 1420", "Table = off", "a.conf:5: table"),
        ("[Interface]", "[Other]", "a.conf:2: neither a section nor a key"),
        ("[PEER]", "[Interface]", "a.conf:1: 2 sections"),
        ("10.1.0.0/16", "10.1.0.1/16", "a.conf:10: 10.1.0.1/16 has host bits set"),
        ("[2001:db8::9]:51821", "peer.example.org:51821", "a.conf:12: "),
        ("51821", "70000", "a.conf:12: 70000 is no number"),
        (f"PublicKey = {PEER_KEY}", "PublicKey = abc", "a.conf:9: no public key"),
        (f"PublicKey = {PEER_KEY}\n", "", "a.conf:8: a peer without key"),
    ],
)
def test_what_is_not_modelled_is_refused_with_its_line(old: str, new: str, words: str) -> None:
    with pytest.raises(NotModelledError) as caught:
        read(TEXT.replace(old, new, 1), "a.conf")
    assert words in str(caught.value)
