"""Variants that the rule provider-secret finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "provider-secret"
SWITCH = "network/switches/leaf1.eos"
WRONG: dict[str, tuple[Edit, str]] = {
    "a password of a switch": ((SWITCH, "", "username ada secret x\n"), "username ada secret"),
    "a private key of a tunnel": (
        ("network/vpn/gateway.conf", "", "PrivateKey = x\n"),
        "line is made of 'PrivateKey'",
    ),
    "a Secret on the provider's side": (
        (
            "network/harvester/more.yaml",
            "",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: {user: a}\n",
        ),
        "Secret x: stringData.user is made of a value of the Secret",
    ),
    "a Secret that the institution holds": (
        (
            "k8s/more.yaml",
            "",
            (
                "apiVersion: kubevirt.io/v1\n"
                "kind: VirtualMachine\n"
                "metadata: {name: x}\n"
                "spec: {accessCredentials: [{sshPublicKey: {source: {secretName: keys}}}]}\n"
            ),
        ),
        "secretName, by its name a secret's",
    ),
    "what is filled in later": (
        ("network/assignment.yaml", "", "note: '{{ something }}'\n"),
        "note is put together later",
    ),
    "a key that is registered as no assumption": (
        (
            "network/vpn/gateway.conf",
            "",
            "PostUp = wg set %i private-key /etc/wireguard/wg0.key\n",
        ),
        "is made of 'private-key'",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "the same on the institution's side": ("network/vpn/hospital.conf", "", "PrivateKey = x\n"),
    "a comment about a key": ("network/vpn/gateway.conf", "", "# its private-key: wg genkey\n"),
    "nothing but names": ("network/assignment.yaml", "", "vlan: 412\n"),
    "a switch that is off": ("network/assignment.yaml", "", "token: false\n"),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
