"""A project's data: buckets by reference, volumes on Ceph, a look into scratch."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox import profiles
from blueprints.kinds.sandbox.documents.secrets import PROJECT_STORE
from blueprints.parts.manifests import KEPT, Document, manifest, yaml_file
from blueprints.parts.secrets import external_secret

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import S3, Project, Scratch, ScratchMount, Site, Volume


def files(site: "Site", project: "Project") -> Iterator[File]:
    """Everything under ``projects/<project>/data/``."""
    folder = f"projects/{project.name}/data"
    if project.data.s3:
        documents = [one for bucket in project.data.s3 for one in s3(site, project, bucket)]
        yield yaml_file(f"{folder}/s3.yaml", documents)
    if project.data.volumes:
        yield yaml_file(
            f"{folder}/volumes.yaml", [volume(site, project, one) for one in project.data.volumes]
        )
    mounted = profiles.scratch(site, project)
    if mounted is not None:
        yield yaml_file(f"{folder}/scratch.yaml", list(scratch(site, project, *mounted)))


def s3(site: "Site", project: "Project", bucket: "S3") -> Iterator[Document]:
    """``s3-<name>`` twice: a ConfigMap that says where, and a Secret that the operator fills."""
    name = f"s3-{bucket.name}"
    yield manifest(
        "v1",
        "ConfigMap",
        name,
        namespace=project.name,
        part_of=project.name,
        component="data",
        data={
            "AWS_ENDPOINT_URL": site.storage.object.endpoint,
            "AWS_REGION": site.storage.object.region,
            "S3_BUCKET": bucket.bucket,
        },
    )
    yield external_secret(
        name,
        namespace=project.name,
        part_of=project.name,
        component="data",
        store=PROJECT_STORE,
        key=f"{site.secrets.prefix}/{project.name}/s3/{bucket.name}",
        properties={
            "AWS_ACCESS_KEY_ID": "access_key_id",
            "AWS_SECRET_ACCESS_KEY": "secret_access_key",
        },
    )


def volume(site: "Site", project: "Project", one: "Volume") -> Document:
    """A claim that ArgoCD never deletes."""
    shared = one.type == "filesystem"
    return manifest(
        "v1",
        "PersistentVolumeClaim",
        one.name,
        namespace=project.name,
        part_of=project.name,
        component="data",
        annotations=KEPT,
        spec={
            "accessModes": ["ReadWriteMany" if shared else "ReadWriteOnce"],
            "volumeMode": "Filesystem",
            "storageClassName": site.storage.filesystem if shared else site.storage.block,
            "resources": {"requests": {"storage": one.size}},
        },
    )


def scratch(
    site: "Site", project: "Project", where: "Scratch", mount: "ScratchMount"
) -> Iterator[Document]:
    """A volume that is the project's own folder of scratch and nothing above it, for reading.

    The sub-path is part of the volume, not of a pod: a tenant's pod cannot leave it out.
    """
    path = f"{where.root}/{mount.sub_path}"
    name = f"{project.name}-scratch"
    placement = profiles.gpu_placement(site)
    spec: Document = {
        "capacity": {"storage": where.size},
        "accessModes": ["ReadOnlyMany"],
        "volumeMode": "Filesystem",
        "persistentVolumeReclaimPolicy": "Retain",
        "storageClassName": "",
        "claimRef": {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "namespace": project.name,
            "name": "scratch",
        },
    }
    if where.type == "nfs":
        spec["mountOptions"] = ["ro"]
        spec["nfs"] = {"server": where.server, "path": path, "readOnly": True}
    else:
        spec["local"] = {"path": path}
        spec["nodeAffinity"] = {
            "required": {
                "nodeSelectorTerms": [
                    {
                        "matchExpressions": [
                            {"key": key, "operator": "In", "values": [value]}
                            for key, value in placement.selector.items()
                        ]
                    }
                ]
            }
        }
    yield manifest(
        "v1",
        "PersistentVolume",
        name,
        part_of=project.name,
        component="data",
        annotations=KEPT,
        spec=spec,
    )
    yield manifest(
        "v1",
        "PersistentVolumeClaim",
        "scratch",
        namespace=project.name,
        part_of=project.name,
        component="data",
        annotations=KEPT,
        spec={
            "accessModes": ["ReadOnlyMany"],
            "volumeMode": "Filesystem",
            "storageClassName": "",
            "volumeName": name,
            "resources": {"requests": {"storage": where.size}},
        },
    )
