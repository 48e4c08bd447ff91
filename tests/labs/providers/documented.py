"""Providers that no package tells of: their arguments by their own documentation.

hashicorp/kubernetes 2 (the resources ending in ``_v1``, ``kubernetes_manifest``), canonical/maas 2
(``maas_instance``). Of each resource every argument, so that a wrong name, a missing one and a
wrong type are refused; checks of values beyond their type are not in it.
"""

from __future__ import annotations

from tests.labs.providers.schema import (
    BOOL,
    DYNAMIC,
    ID,
    MAP,
    NUMBER,
    SET,
    STRING,
    STRINGS,
    Block,
    Nested,
    Provider,
    flags,
    texts,
)

_METADATA = Block(
    optional={"annotations": MAP, "labels": MAP, **texts("generate_name", "name", "namespace")},
    computed={"generation": NUMBER, **texts("resource_version", "uid")},
)
_ONE_METADATA = Nested(_METADATA, least=1, most=1)
_RULE = Block(
    required={"verbs": STRINGS},
    optional={
        "api_groups": STRINGS,
        "non_resource_urls": STRINGS,
        "resource_names": STRINGS,
        "resources": STRINGS,
    },
)
_EXPRESSION = Block(optional={**texts("key", "operator"), "values": SET})
_SELECTOR = Block(optional={"match_labels": MAP}, blocks={"match_expressions": Nested(_EXPRESSION)})
_AGGREGATION = Block(blocks={"cluster_role_selectors": Nested(_SELECTOR)})
_NAME = Block(optional=texts("name"))

KUBERNETES = Provider(
    "registry.terraform.io/hashicorp/kubernetes",
    Block(
        optional={
            **texts(
                "host",
                "username",
                "password",
                "client_certificate",
                "client_key",
                "cluster_ca_certificate",
                "config_path",
                "config_context",
                "config_context_auth_info",
                "config_context_cluster",
                "token",
                "proxy_url",
                "tls_server_name",
            ),
            **flags("insecure"),
            "config_paths": STRINGS,
            "ignore_annotations": STRINGS,
            "ignore_labels": STRINGS,
        }
    ),
    {
        "kubernetes_manifest": Block(
            required={"manifest": DYNAMIC},
            optional={"computed_fields": STRINGS},
            both={"object": DYNAMIC},
            blocks={
                "field_manager": Nested(
                    Block(optional={**texts("name"), **flags("force_conflicts")})
                ),
                "wait": Nested(Block(optional={"rollout": BOOL, "fields": MAP})),
            },
        ),
        "kubernetes_secret_v1": Block(
            optional={
                "binary_data": MAP,
                **flags("immutable", "wait_for_service_account_token"),
                **texts("type"),
            },
            both={**ID, "data": MAP},
            blocks={"metadata": _ONE_METADATA},
        ),
        "kubernetes_service_account_v1": Block(
            optional=flags("automount_service_account_token"),
            computed=texts("default_secret_name"),
            both=ID,
            blocks={
                "metadata": _ONE_METADATA,
                "image_pull_secret": Nested(_NAME, "set"),
                "secret": Nested(_NAME, "set"),
            },
        ),
        "kubernetes_cluster_role_v1": Block(
            both=ID,
            blocks={
                "metadata": _ONE_METADATA,
                "rule": Nested(_RULE),
                "aggregation_rule": Nested(_AGGREGATION, most=1),
            },
        ),
        "kubernetes_cluster_role_binding_v1": Block(
            both=ID,
            blocks={
                "metadata": _ONE_METADATA,
                "role_ref": Nested(
                    Block(required=texts("api_group", "kind", "name")), least=1, most=1
                ),
                "subject": Nested(
                    Block(texts("kind", "name"), texts("api_group", "namespace")), least=1
                ),
            },
        ),
    },
)

MAAS = Provider(
    "registry.terraform.io/canonical/maas",
    Block(
        optional={
            **texts("api_key", "api_url", "api_version", "tls_ca_cert_path", "installation_method"),
            **flags("tls_insecure_skip_verify"),
        }
    ),
    {
        "maas_instance": Block(
            computed={
                **dict.fromkeys(("cpu_count", "memory"), NUMBER),
                **texts("fqdn", "hostname", "pool", "zone"),
                "ip_addresses": SET,
                "tags": SET,
            },
            both=ID,
            blocks={
                "allocate_params": Nested(
                    Block(
                        optional={
                            **texts("hostname", "pool", "system_id", "zone"),
                            **dict.fromkeys(("min_cpu_count", "min_memory"), NUMBER),
                            "tags": SET,
                        }
                    ),
                    most=1,
                ),
                "deploy_params": Nested(
                    Block(
                        optional={
                            **texts("distro_series", "hwe_kernel", "user_data"),
                            **flags("enable_hw_sync", "ephemeral"),
                        }
                    ),
                    most=1,
                ),
                "network_interfaces": Nested(
                    Block({"name": STRING}, texts("ip_address", "subnet_cidr")), "set"
                ),
                "release_params": Nested(
                    Block(
                        optional={
                            **texts("comment"),
                            **flags("erase", "force", "quick_erase", "secure_erase"),
                        }
                    ),
                    most=1,
                ),
            },
        )
    },
)
