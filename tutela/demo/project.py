"""A small but true project in a bucket: runs, adapters, an interrupted save, three datasets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from tutela.demo.contents import (
    adapter,
    mlflow_model,
    parquet_shards,
    sharded_model,
    trainer_side,
)
from tutela.demo.tracking import model_key

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "swiss-ai"
BASE = "finetune/sft-8b/final/"
"""The model that adapters were trained on."""
SERVED = "finetune/baseline/"
EVALUATED, FORGOTTEN = "finetune/sft-8b/checkpoint-1500/", "finetune/sft-8b/checkpoint-500/"
"""What a job on the cluster reads, and what one read that has ended."""
PART = 5 * 1024 * 1024
"""Bytes; the least that S3 takes as a part that is not the last."""

Put = Callable[[str, Iterable[tuple[str, bytes]]], None]


def create(client: S3Client) -> None:
    """Make the bucket, which keeps versions."""
    client.create_bucket(Bucket=BUCKET)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})


def build(client: S3Client) -> None:
    """Fill the bucket with what a year of work leaves behind."""
    put = _put(client)
    _datasets(put)
    _full_run(put, "finetune/sft-8b/", seed=1, steps=range(500, 4001, 500))
    _interrupted_run(put, "finetune/dpo-8b/", seed=2)
    _adapters(put, "finetune/lora-clinical/", seed=3)
    _old_versions(client, put)
    _abandoned_upload(client)


def add_logged_models(client: S3Client, runs: Mapping[str, str]) -> None:
    """Put the models that runs logged to MLflow; `runs` has their ids by name."""
    for seed, name in ((41, "chat-2024"), (42, "chat-2025")):
        _put(client)(model_key(runs[name]), mlflow_model(seed))


def add_later_work(client: S3Client) -> None:
    """Put what a second month of work adds, so that growth can be seen between two scans."""
    put = _put(client)
    for seed, run in ((7, "finetune/sft-8b-retry/"), (8, "finetune/sft-8b-long/")):
        for step in range(500, 2001, 500):
            put(f"{run}checkpoint-{step}/", sharded_model(seed + step))
            put(f"{run}checkpoint-{step}/", trainer_side(step, seed + step))


def _put(client: S3Client) -> Put:
    def put(prefix: str, files: Iterable[tuple[str, bytes]]) -> None:
        for name, data in files:
            client.put_object(Bucket=BUCKET, Key=prefix + name, Body=data)

    return put


def _datasets(put: Put) -> None:
    # The second version re-uses the first one's shards, the third is a new mixture.
    for version, seed in ((1, 10), (2, 10), (3, 11)):
        put(f"datasets/mixture/v{version}/", parquet_shards(seed, shards=4))
    put("datasets/", [("README.md", b"# Mixtures\n\nv3 is what we train on.\n")])


def _full_run(put: Put, run: str, seed: int, steps: Iterable[int]) -> None:
    for step in steps:
        put(f"{run}checkpoint-{step}/", sharded_model(seed + step))
        put(f"{run}checkpoint-{step}/", trainer_side(step, seed + step))
    put(BASE, sharded_model(seed))
    put(run, [("train.log", b"step 4000 loss 0.2778\n"), ("training_args.bin", b"\0" * 5000)])


def _interrupted_run(put: Put, run: str, seed: int) -> None:
    for step in (200, 400):
        put(f"{run}checkpoint-{step}/", sharded_model(seed + step))
        put(f"{run}checkpoint-{step}/", trainer_side(step, seed + step))
    # The job's time was up between the first shard and the second.
    half = [file for file in sharded_model(seed + 600) if "00002-of" not in file[0]]
    put(f"{run}checkpoint-600/", half)
    put(f"{run}checkpoint-600/", [("optimizer.pt", b"\0" * 4096)])


def _adapters(put: Put, run: str, seed: int) -> None:
    base = f"s3://{BUCKET}/{BASE}".rstrip("/")
    for step in (50, 100, 150):
        put(f"{run}checkpoint-{step}/", adapter(seed + step, base))
        put(f"{run}checkpoint-{step}/", trainer_side(step, seed + step))
    put(f"{run}adapter/", adapter(seed, base))


def _old_versions(client: S3Client, put: Put) -> None:
    for seed in (21, 22, 23):
        put(SERVED, sharded_model(seed))
    put("scratch/", [("merge.tmp", b"\0" * 20_000), ("notes.txt", b"try a higher rank\n")])
    put("finetune/old-attempt/checkpoint-100/", trainer_side(100, 31))
    for name, _ in trainer_side(100, 31):
        client.delete_object(Bucket=BUCKET, Key=f"finetune/old-attempt/checkpoint-100/{name}")


def _abandoned_upload(client: S3Client) -> None:
    key = "finetune/dpo-8b/checkpoint-600/model-00002-of-00002.safetensors"
    upload = client.create_multipart_upload(Bucket=BUCKET, Key=key)["UploadId"]
    client.upload_part(Bucket=BUCKET, Key=key, UploadId=upload, PartNumber=1, Body=b"\0" * PART)
