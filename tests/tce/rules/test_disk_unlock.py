"""Variants that the rule disk-unlock finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "disk-unlock"
DISK = "ansible/roles/disks/defaults/main.yaml"
WRONG: dict[str, tuple[Edit, str]] = {
    "no advertisement": (
        (DISK, ', "adv": "/etc/tce/tang1.jws"', ""),
        "http://tang1:7500 is trusted at first sight",
    ),
    "a thumbprint that is not looked at": (
        (DISK, '"adv": "/etc/tce/tang1.jws"', '"adv": "/etc/tce/tang1.jws", "thp": "abc"'),
        "http://tang1:7500: thp is not looked at",
    ),
    "one server": ((DISK, '"t": 2', '"t": 1'), "one server alone opens the disk"),
    "the TPM alone": (
        (DISK, '"t": 2, "pins": {', '"t": 1, "pins": {"tpm2": {}, '),
        "the TPM alone opens the disk",
    ),
    "TPMs only": (
        (
            DISK,
            "disk_policy",
            ('other_policy: \'{"t": 2, "pins": {"tpm2": [{}, {}]}}\'\ndisk_policy'),
        ),
        "only TPMs open the disk",
    ),
    "a command": (
        (
            "ansible/roles/disks/tasks/main.yaml",
            "",
            (
                "---\n"
                "- name: Bind\n"
                "  ansible.builtin.command: clevis luks bind -d /dev/vdb tpm2 '{}'\n"
            ),
        ),
        "the TPM alone opens the disk",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "the TPM as one part": (DISK, '"pins": {', '"pins": {"tpm2": {}, '),
    "a comment": (DISK, "# What", "# clevis luks bind -d X tpm2 {}\n# What"),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
