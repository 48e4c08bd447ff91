"""The roots that a policy can protect, and which sources answer for each."""

ROOTS: dict[str, tuple[str, ...]] = {
    "mlflow.alias": ("mlflow",),
    "mlflow.version": ("mlflow",),
    "mlflow.model": ("mlflow",),
    "mlflow.run": ("mlflow",),
    "mlflow.inputs": ("mlflow",),
    "dvc.ref": ("dvc",),
    "serving.active": ("serving",),
    "job.active": ("jobs",),
    "trainer.latest": ("store",),
    "trainer.best": ("store",),
    "track.record": ("store",),
    "base.model": ("store",),
    "lineage.link": ("links",),
    "doi": ("links",),
    "read.within": ("reads",),
}
"""Root -> kinds of sources. `mlflow.alias(G)` and `mlflow.version(G)` compare G with
`MODEL@ALIAS` (also with either alone) and `MODEL/VERSION`, `mlflow.run(G)` with the status of an
active run, `dvc.ref(G)` and `serving.active(G)` with the ref, `read.within(SPAN)` with the age of
the last read. `store` is what scans read in the buckets themselves, `links` this workspace."""

SOURCE_WORDS = {"vast:audit": "reads", "dvc:all-refs": "dvc", "serving:kserve": "serving"}
"""Words of policies for kinds of sources, beside `kind` and `kind:name`."""

ALWAYS = (
    "mlflow.alias",
    "serving.active",
    "job.active",
    "dvc.ref",
    "base.model",
    "lineage.link",
    "doi",
)
"""Roots that protect although no policy says so, with all ancestors; a policy that names one of
them in `protect` decides for its own scope which of these count and how far."""
