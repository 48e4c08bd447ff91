"""The bucket that the demo fills, on a real server."""

from tests.labs.seaweed import Lab
from tutela.demo.project import (
    BASE,
    BUCKET,
    EVALUATED,
    FORGOTTEN,
    SERVED,
    add_later_work,
    add_logged_models,
    build,
    create,
)
from tutela.demo.tracking import model_key


def test_leaves_every_trace_that_the_report_should_find(s3: Lab) -> None:
    client = s3.client
    create(client)
    build(client)
    versions = client.list_object_versions(Bucket=BUCKET)
    keys = [one["Key"] for one in versions["Versions"]]
    assert sum(not one["IsLatest"] for one in versions["Versions"]) >= 8, "old versions"
    assert len(versions["DeleteMarkers"]) == 4
    assert len(client.list_multipart_uploads(Bucket=BUCKET)["Uploads"]) == 1
    assert not any(key.endswith("checkpoint-600/trainer_state.json") for key in keys)
    first, second = (
        {one["ETag"] for one in versions["Versions"] if f"/v{number}/" in one["Key"]}
        for number in (1, 2)
    )
    assert first == second, "the second mixture re-uses the first one's shards"
    for place in (BASE, SERVED, EVALUATED, FORGOTTEN):
        assert any(key.startswith(place) for key in keys)
    runs = {"chat-2024": "a" * 32, "chat-2025": "b" * 32}
    add_logged_models(client, runs)
    for run in runs.values():
        logged = client.list_objects_v2(Bucket=BUCKET, Prefix=model_key(run))
        assert logged["KeyCount"] == 5
    add_later_work(client)
    later = client.list_objects_v2(Bucket=BUCKET, Prefix="finetune/sft-8b-long/")
    assert later["KeyCount"] == 4 * 8
