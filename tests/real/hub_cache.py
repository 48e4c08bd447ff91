"""The cache of huggingface_hub, filled from a hub of a few lines on loopback."""

import contextlib
import hashlib
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "0"
os.environ["HF_HUB_DISABLE_XET"] = "1"
from huggingface_hub import hf_hub_download

from tests.real.case import Case

LIBRARIES = ("huggingface_hub",)
REVISIONS = {
    "main": ("a" * 40, {"config.json": b'{"model_type": "llama"}', "model.safetensors": b"w" * 64}),
    "v2": ("b" * 40, {"config.json": b'{"model_type": "llama"}', "model.safetensors": b"x" * 64}),
}


class Hub(BaseHTTPRequestHandler):
    """Answers `/<owner>/<name>/resolve/<revision>/<file>` as the hub does."""

    def do_HEAD(self) -> None:
        """Headers only: the cache asks for the etag first."""
        self._answer()

    def do_GET(self) -> None:
        """Headers and the file."""
        content = self._answer()
        self.wfile.write(content)

    def _answer(self) -> bytes:
        revision, file = self.path.split("/resolve/")[1].split("/", 1)
        known = {commit: (commit, files) for commit, files in REVISIONS.values()} | REVISIONS
        commit, files = known[revision]
        content = files[file]
        self.send_response(200)
        self.send_header("X-Repo-Commit", commit)
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return content

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


@contextlib.contextmanager
def _hub() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def write(folder: Path) -> None:
    """Two revisions that share a file; links are no objects; a download that was interrupted."""
    source = "hf_hub_download of two revisions; the tree uploaded without following links"
    case = Case(folder, "hub-cache", source, LIBRARIES)
    case.note = "snapshots/ holds only symbolic links, which an upload leaves out"
    cache = "hub/models--org--tiny/"
    with _hub() as endpoint:
        for revision, (_, files) in REVISIONS.items():
            for file in files:
                hf_hub_download(
                    "org/tiny",
                    file,
                    revision=revision,
                    endpoint=endpoint,
                    cache_dir=case.tree / "hub",
                )
    for path in case.tree.rglob("*"):
        if path.is_symlink():
            path.unlink()
    cut = f"{cache}blobs/{hashlib.sha256(b'never finished').hexdigest()}.incomplete"
    case.put(cut, b"half of it")
    case.artifact(cut, "debris", "debris", complete=None, why="left by an interrupted download")
    for key in case.listing():
        if "/blobs/" in key and key != cut:
            case.artifact(key, "blob", "hf-hub-cache")
    case.artifact(cache, "model", "hf-hub-cache", complete=None, why="snapshots are links")
    case.artifact("hub/.locks/", "unknown", "unknown", slot="rest")
    case.artifact("hub/", "unknown", "unknown", slot="rest")
    case.close()
