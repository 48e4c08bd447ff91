"""Variants that the rule machine-user-data finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "machine-user-data"
MACHINES = "network/harvester/machines.yaml"
WRONG: dict[str, tuple[Edit, str]] = {
    "a password": ((MACHINES, "ssh_pwauth: false", "password: x"), "tells the provider password"),
    "commands": (
        (MACHINES, "ssh_pwauth: false", "runcmd: [a]"),
        "tells the provider runcmd, which it can change",
    ),
    "files": (
        (MACHINES, "ssh_pwauth: false", "write_files: [{path: /a, content: b}]"),
        "tells the provider write_files",
    ),
    "what is hidden": (
        (MACHINES, "userData: |", "userDataBase64: |"),
        "userDataBase64 hides what the provider is told",
    ),
    "a token in a chart's values": (
        (
            MACHINES,
            "",
            (
                "---\n"
                "apiVersion: helm.cattle.io/v1\n"
                "kind: HelmChartConfig\n"
                "metadata: {name: x, namespace: kube-system}\n"
                "spec: {valuesContent: 'a: {apiToken: abc, api_token: abc}'}\n"
            ),
        ),
        "api_token stands in the values of a chart",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "no password": (MACHINES, "ssh_pwauth: false", "password: null"),
    "the name of a Secret": (
        MACHINES,
        "",
        (
            "---\n"
            "apiVersion: helm.cattle.io/v1\n"
            "kind: HelmChartConfig\n"
            "metadata: {name: x, namespace: kube-system}\n"
            "spec: {valuesContent: 'secretName: abc'}\n"
        ),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
