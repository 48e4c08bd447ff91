"""Variants that the rule volume-claim finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, finds

RULE = "volume-claim"
WRONG: dict[str, tuple[Edit, str]] = {
    "the class of the day": (
        ("web/claim.yaml", "  storageClassName: block\n", ""),
        "takes the storage class that is the default today",
    ),
    "two classes that are the default": (
        (
            "classes.yaml",
            "",
            "".join(
                "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\n"
                f"metadata: {{name: {name}, annotations: "
                '{storageclass.kubernetes.io/is-default-class: "true"}}\n'
                "provisioner: rbd.csi.ceph.com\n"
                for name in ("a", "b")
            ),
        ),
        "StorageClass b is the default, and StorageClass a is too",
    ),
    "no size": (
        ("web/claim.yaml", "      storage: 10Gi\n", "      other: 1\n"),
        "does not say how much it needs",
    ),
    "a volume that the claim does not name": (
        (
            "volume.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: PersistentVolume\n"
                "metadata: {name: v}\n"
                "spec: {capacity: {storage: 5Gi}, accessModes: [ReadWriteOnce], "
                'storageClassName: "", claimRef: {namespace: web, name: web}}\n'
            ),
        ),
        "which does not name it",
    ),
    "a volume that anybody can take": (
        (
            "volume.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: PersistentVolume\n"
                "metadata: {name: v}\n"
                "spec: {capacity: {storage: 5Gi}, accessModes: [ReadWriteOnce], "
                'storageClassName: ""}\n'
            ),
        ),
        "can be taken by any claim",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
