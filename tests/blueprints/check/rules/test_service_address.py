"""Variants that the rule service-address finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "service-address"
WRONG: dict[str, tuple[Edit, str]] = {
    "a Service that is not there": (
        ("client/deployment.yaml", "http://web:80", "http://site:80"),
        "there is no Service site",
    ),
    "a namespace that is not there": (
        ("client/deployment.yaml", "http://web:80", "http://web.shop.svc:80"),
        "there is no Service web in namespace shop",
    ),
    "host and port apart": (
        (
            "client/deployment.yaml",
            "            - name: WEB_URL\n              value: http://web:80\n",
            (
                "            - {name: WEB_HOST, value: web}\n"
                '            - {name: WEB_PORT, value: "81"}\n'
            ),
        ),
        "on port 81",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "the long name": (
        ("client/deployment.yaml", "http://web:80", "http://web.web.svc.cluster.local/path"),
    ),
    "an address outside": (
        ("client/deployment.yaml", "http://web:80", "https://www.example.org:8443"),
    ),
    "a bucket": (("client/deployment.yaml", "http://web:80", "s3://bucket/web"),),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
