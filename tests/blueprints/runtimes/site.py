"""A site with everything that any runtime asks for."""

from blueprints.service.site import Site

SITE = Site.model_validate(
    {
        "name": "goodall",
        "registry": "registry.example.org",
        "runtimes": ["kubernetes"],
        "store": {
            "endpoint": "https://s3.example.org",
            "bucket": "models",
            "checksum": "when_required",
        },
        "accelerators": {
            "type": "cuda",
            "count": 4,
            "memory": "94Gi",
            "product": "NVIDIA H100 NVL",
        },
        "node": {"architecture": "amd64", "processors": 32, "memory": "240Gi", "nodes": 8},
        "kubernetes": {
            "namespace": "models",
            "storage_class": "shared",
            "ingress": "ingress",
            "host": "models.example.org",
            "tls_secret": "models-tls",
        },
    }
)
