"""Secrets by reference: what external-secrets makes of keys in a secret store.

Defaults are written out, or ArgoCD would see a difference for ever (external-secrets#6797).
"""

from collections.abc import Mapping, Sequence

from blueprints.parts.manifests import Document, manifest

API = "external-secrets.io/v1"


def external_secret(
    name: str,
    *,
    namespace: str,
    part_of: str,
    component: str,
    store: Mapping[str, str],
    key: str,
    properties: Mapping[str, str],
    labels: Mapping[str, str] | None = None,
    template: Mapping[str, str] | None = None,
) -> Document:
    """A Secret of the same name with one key for each of `properties` (key -> property of `key`).

    With `template`, the Secret holds what the template makes of them instead, with `labels`.
    """
    entries = [(name, key, source) for name, source in properties.items()]
    return external_secret_of(
        name,
        namespace=namespace,
        part_of=part_of,
        component=component,
        store=store,
        entries=entries,
        labels=labels,
        template=template,
    )


def external_secret_of(
    name: str,
    *,
    namespace: str,
    part_of: str,
    component: str,
    store: Mapping[str, str],
    entries: Sequence[tuple[str, str, str]],
    labels: Mapping[str, str] | None = None,
    template: Mapping[str, str] | None = None,
) -> Document:
    """As :func:`external_secret`, from several places: (key in the Secret, place, property)."""
    target: Document = {"name": name, "creationPolicy": "Owner", "deletionPolicy": "Retain"}
    if template is not None:
        target["template"] = {
            "engineVersion": "v2",
            "mergePolicy": "Replace",
            "metadata": {"labels": dict(labels or {})},
            "data": dict(template),
        }
    return manifest(
        API,
        "ExternalSecret",
        name,
        namespace=namespace,
        part_of=part_of,
        component=component,
        spec={
            "refreshInterval": "1h0m0s",
            "secretStoreRef": dict(store),
            "target": target,
            "data": [
                {
                    "secretKey": secret_key,
                    "remoteRef": {
                        "key": key,
                        "property": source,
                        "conversionStrategy": "Default",
                        "decodingStrategy": "None",
                        "metadataPolicy": "None",
                        "nullBytePolicy": "Ignore",
                    },
                }
                for secret_key, key, source in entries
            ],
        },
    )
