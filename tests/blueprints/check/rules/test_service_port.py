"""Variants that the rule service-port finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "service-port"
WRONG: dict[str, tuple[Edit, str]] = {
    "a number where there is a name": (
        ("web/service.yaml", "      port: 80\n      targetPort: http\n", "      port: 8080\n"),
        "which its pods call http",
    ),
    "a probe of another port": (
        ("web/deployment.yaml", "{path: /alive, port: http}", "{path: /alive, port: web}"),
        "asks port web",
    ),
    "a Service that is not there": (
        (
            "ingress.yaml",
            "",
            (
                "apiVersion: networking.k8s.io/v1\n"
                "kind: Ingress\n"
                "metadata: {name: web, namespace: web}\n"
                "spec:\n"
                "  tls: [{hosts: [a.example.org], secretName: a}]\n"
                "  rules: [{host: a.example.org, http: {paths: [{path: /, pathType: "
                "Prefix, backend: {service: {name: site, port: {number: 80}}}}]}}]\n"
            ),
        ),
        "sends to Service site",
    ),
    "a port that the Service does not have": (
        (
            "ingress.yaml",
            "",
            (
                "apiVersion: networking.k8s.io/v1\n"
                "kind: Ingress\n"
                "metadata: {name: web, namespace: web}\n"
                "spec:\n"
                "  tls: [{hosts: [a.example.org], secretName: a}]\n"
                "  rules: [{host: a.example.org, http: {paths: [{path: /, pathType: "
                "Prefix, backend: {service: {name: web, port: {number: 81}}}}]}}]\n"
            ),
        ),
        "sends to port 81",
    ),
    "a host without TLS": (
        (
            "ingress.yaml",
            "",
            (
                "apiVersion: networking.k8s.io/v1\n"
                "kind: Ingress\n"
                "metadata: {name: web, namespace: web}\n"
                "spec:\n"
                "  rules: [{host: a.example.org, http: {paths: [{path: /, pathType: "
                "Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]\n"
            ),
        ),
        "without TLS",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "another port that is sent to by name": (
        ("web/service.yaml", "      port: 80\n", "      port: 8000\n"),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
