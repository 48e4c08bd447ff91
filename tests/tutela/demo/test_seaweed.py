import json
import os
import socket
import urllib.request
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.labs.seaweed import LIST_CURRENT, READ, Lab
from tutela.demo.seaweed import GRPC_OFFSET, VOLUMES, SeaweedFS, free_ports


def test_a_server_starts_and_leaves_nothing_behind() -> None:
    with SeaweedFS() as server:
        pid = server.pid
        folder = server._folder
        assert (folder / "s3.json").stat().st_mode & 0o077 == 0
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_port_is_dealt_only_with_its_grpc_twin() -> None:
    with free_ports(3) as ports:
        assert len(set(ports)) == 3
        for port in ports:
            for taken in (port, port + GRPC_OFFSET):
                with socket.socket() as other, pytest.raises(OSError, match="in use"):
                    other.bind(("127.0.0.1", taken))


def test_secrets_do_not_show_in_a_traceback(s3: Lab) -> None:
    assert s3.admin.secret_key not in repr(s3.admin)


def test_a_guest_may_do_what_is_allowed_and_nothing_else(s3: Lab) -> None:
    bucket = s3.bucket(versioned=True)
    guest = s3.client_of(s3.guest)
    s3.client.put_object(Bucket=bucket, Key="a/b", Body=b"x")
    with pytest.raises(ClientError, match="AccessDenied"):
        guest.list_objects_v2(Bucket=bucket)
    s3.allow(bucket, [*LIST_CURRENT, *READ])
    assert guest.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
    assert guest.get_object(Bucket=bucket, Key="a/b")["Body"].read() == b"x"
    with pytest.raises(ClientError, match="AccessDenied"):
        guest.list_object_versions(Bucket=bucket)
    with pytest.raises(ClientError, match="AccessDenied"):
        guest.put_object(Bucket=bucket, Key="a/c", Body=b"x")
    s3.deny(bucket, LIST_CURRENT, prefix="a/")
    with pytest.raises(ClientError, match="AccessDenied"):
        guest.list_objects_v2(Bucket=bucket, Prefix="a/")
    assert guest.list_objects_v2(Bucket=bucket)["KeyCount"] == 1


def test_how_many_buckets_there_may_be_does_not_hang_on_the_disk(s3: Lab) -> None:
    said = Path(f"/proc/{s3.server.pid}/cmdline").read_text().split("\0")
    port = next(one.removeprefix("-master.port=") for one in said if "master.port" in one)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/dir/status") as reply:
        assert json.load(reply)["Topology"]["Max"] == VOLUMES
