"""The normal form: what counts as the same, and what does not."""

import pytest

from tests.blueprints.mutation.normal import normal
from tests.blueprints.mutation.sample import FILES


def same(name: str, old: str, new: str) -> bool:
    text = FILES[name]
    assert old in text
    new_text = text.replace(old, new, 1)
    return bool(normal(name, text.encode()) == normal(name, new_text.encode()))


_REQUESTS = "            requests: {memory: 1Gi, cpu: 0.5}\n"
APP, TENANCY = "projects/a/app.yaml", "projects/a/tenancy.yaml"
CONFIG, TOFU = "projects/a/config.yaml", "tofu/a/main.tf"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (APP, "# An application.", ""),
        (APP, "{cpu: 500m, memory: 1Gi}", '{memory: 1024Mi, "cpu": 0.5}'),
        (APP, "containerPort: 8000", "containerPort: 8000, protocol: TCP"),
        (APP, "  selector: {matchLabels", "  replicas: 1\n  selector: {matchLabels"),
        (APP, "httpGet: {port: http}", "httpGet: {port: http, scheme: HTTP}, periodSeconds: 10"),
        (APP, "drop: [ALL]", "drop: [ALL, ALL]"),
        (
            APP,
            "            limits: {cpu: 500m",
            f"{_REQUESTS}            limits: {{cpu: 500m",
        ),
        (APP, "targetPort: 8000", "targetPort: 8000, nodePort: null"),
        (TENANCY, "[get, list]", "[list, get, get]"),
        (TENANCY, "[{kind: Group,", "[{kind: Group, apiGroup: rbac.authorization.k8s.io,"),
        (TENANCY, "  podSelector: {}", "  policyTypes: [Egress, Ingress]\n  podSelector: {}"),
        (
            TENANCY,
            "[{port: 53, protocol: UDP}, {port: 53}]",
            "[{port: 53}, {protocol: UDP, port: 53}]",
        ),
        (CONFIG, "limits: {tokens: 10}", 'limits:\n      "tokens": 10'),
        (CONFIG, '{"a": [1, 2], "on": "1e3"}', '{ "on": "1e3", "a": [1, 2] }'),
        (TOFU, "# One project.", "// Another word"),
        (TOFU, 'name       = "a"', 'name = "a"'),
        (
            TOFU,
            'name       = "a"\n  visibility = "private"',
            'visibility = "private"\n  name = "a"',
        ),
        (
            "settings.json",
            '{"a": {"b": [1, true, null]}, "c": "d"}',
            '{"c":"d","a":{"b":[1,true,null]}}',
        ),
    ],
)
def test_form_and_defaults_do_not_count(name: str, old: str, new: str) -> None:
    assert same(name, old, new)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (APP, "500m", "600m"),
        (APP, "containerPort: 8000", "containerPort: 8000, protocol: UDP"),
        (APP, "containerPort: 8000", 'containerPort: "8000"'),
        (APP, 'value: "yes"', "value: yes"),
        (APP, "readOnly: true", "readOnly: false"),
        (APP, "kind: Service", "kind: Service\nkind: Service"),
        (APP, "  template:", " template:"),
        (APP, "name: web\n", "name: wed\n"),
        (APP, '{name: URL, value: "http://db:5432/x"}', '{name: URL, value: ""}'),
        (TENANCY, "[get, list]", "[get, list, watch]"),
        (TENANCY, "  podSelector: {}", "  policyTypes: [Ingress]\n  podSelector: {}"),
        (CONFIG, "tokens: 10", "tokens: 11"),
        (CONFIG, '"012"', "012"),
        (CONFIG, "--port 8000", "--port 8001"),
        (".github/workflows/check.yaml", "echo done", "echo  done"),
        (TOFU, '"private"', '"public"'),
        (TOFU, '["a", "b"]', '["b", "a"]'),
        (TOFU, "var.members\n}", "var.member\n}"),
        (TOFU, "key = ${each.key}", "key = ${each.value}"),
        (TOFU, "permission =", "permision ="),
    ],
)
def test_everything_else_counts(name: str, old: str, new: str) -> None:
    assert not same(name, old, new)


def test_the_order_of_objects_in_a_file_does_not_count_and_their_number_does() -> None:
    first, *rest = FILES[TENANCY].removeprefix("---\n").split("---\n")
    turned = "---\n".join([*rest, first])
    assert normal("a.yaml", turned.encode()) == normal("a.yaml", FILES[TENANCY].encode())
    twice = "---\n".join([first, first, *rest])
    assert normal("a.yaml", twice.encode()) != normal("a.yaml", FILES[TENANCY].encode())
