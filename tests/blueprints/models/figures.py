"""What the paper's figures set, one by one, and where each comes out of the example's render.

The paper: "Experience Deploying Containerized GenAI Services at an HPC Center", figures
2-6, 8 and 11. The page `docs/figures.md` is written from this by `make docs`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE = Path(__file__).parents[3] / "docs" / "figures.md"

_DOWNLOAD = "supply/hops/llama-scout/podman/download.sh"
_UPLOAD = "supply/hops/llama-scout/podman/upload.sh"
_PODMAN = "models/llama-scout/hops/podman/serve.sh"
_APPTAINER = "models/llama-scout/hops/apptainer/serve.sh"
_SIF = "models/llama-scout/hops/apptainer/image.sh"
_ROCM = "models/llama-scout/eldorado/podman/serve.sh"
_CHART = "models/llama-scout-w4a16/goodall/vllm-chart/values.yaml"
_JOB = "models/llama-405b/hops/slurm/job.sh"
_NODE = "models/llama-405b/hops/slurm/node.sh"
_CLUSTER = "models/llama-405b/hops/slurm/cluster.sh"
_ASK = "access/hops/llama-scout/ask.sh"


@dataclass(frozen=True)
class Row:
    """One option or variable of a figure."""

    printed: str
    """As the figure has it, without quotes and what YAML adds."""
    file: str = ""
    """Of the render in which something stands for it; "" where nothing does."""
    text: str = ""
    """What stands there."""
    why: str = ""
    """Why it comes out otherwise; "" where :attr:`printed` is in :attr:`text`."""


@dataclass(frozen=True)
class Figure:
    """One figure of the paper."""

    number: int
    title: str
    rows: tuple[Row, ...]


_SILENT: Final = (
    "OMP_NUM_THREADS=1",
    "HF_HUB_ENABLE_HF_TRANSFER=0",
    "HF_HUB_DISABLE_TELEMETRY=1",
    "VLLM_NO_USAGE_STATS=1",
    "DO_NOT_TRACK=1",
    "HF_DATASETS_OFFLINE=1",
    "TRANSFORMERS_OFFLINE=1",
    "HF_HUB_OFFLINE=1",
    "VLLM_DISABLE_COMPILE_CACHE=1",
)
_DIGEST = (
    "a tag can be moved to another image; what runs is named by the digest of the mirrored one"
)
_OWN_MOUNT = (
    "weights lie at /models for every runtime, read-only, in a folder that all nodes of the site"
    " see; the working folder of whoever types is no place that another finds again"
)
_ARGUMENTS: Final = (
    "--disable-log-requests",
    "--max-model-len=65536",
)
_MODEL = "meta-llama/Llama-4-Scout-17B-16E-Instruct"
_FOLDER = "a folder is given, so that nothing is looked up; the name is what clients ask for"
_UNDERSCORES = "the engine takes both spellings; its documentation has dashes"
_QUOTE = "the figure's JSON lacks a quote; it is written by a serializer, and read back"
_LATER = "benchmarks are not rendered yet; models answer under the name and address that they need"


def _served(file: str) -> tuple[Row, ...]:
    """The engine's own arguments, which figures 4 and 5 share."""
    return (
        Row("vllm", file, "vllm"),
        Row("serve", file, "serve"),
        Row(_MODEL, file, f"/models/{_MODEL}", _FOLDER),
        Row("--tensor_parallel_size=4", file, "--tensor-parallel-size=4", _UNDERSCORES),
        *(Row(one, file, one) for one in _ARGUMENTS),
        Row(
            '--override-generation-config={ attn_temperature_tuning": true}',
            file,
            "'--override-generation-config={\"attn_temperature_tuning\": true}'",
            _QUOTE,
        ),
    )


FIGURES: Final = (
    Figure(
        2,
        "download of a model",
        (
            Row("podman run", _DOWNLOAD, "podman run"),
            Row(
                "--volume ./cert.pem:/etc/ssl/cert.pem",
                _DOWNLOAD,
                "--mount=type=bind,source=/etc/pki/tls/certs,target=/certificates,readonly",
                "the site says where its authorities lie (certificates), and GIT_SSL_CAINFO names"
                " the file; the image's own bundle stays as it is",
            ),
            Row(
                "--volume ./models:/git/models",
                _DOWNLOAD,
                "--mount=type=bind,source=/projects/models,target=/models",
                _OWN_MOUNT,
            ),
            Row("--workdir /git/models", _DOWNLOAD, "--workdir=/models", _OWN_MOUNT),
            Row("alpine/git", _DOWNLOAD, "registry.example.org/alpine/git@sha256:", _DIGEST),
            Row(
                "clone",
                _DOWNLOAD,
                'git fetch --quiet --depth=1 origin "$revision"',
                "a clone is whatever the branch is that day; the revision that was reviewed is"
                " fetched, every large file of it checked, and a broken download goes on",
            ),
            Row(
                "https://${USER}:${TOKEN}@huggingface.co/$MODEL",
                _DOWNLOAD,
                f"https://huggingface.co/{_MODEL}",
                "a token in a URL is seen by everybody who lists processes, and git writes it into"
                " .git/config; it comes by a credential helper from a file of mode 0600",
            ),
        ),
    ),
    Figure(
        3,
        "upload to the store",
        (
            Row("podman run", _UPLOAD, "podman run"),
            Row(
                "AWS_ACCESS_KEY_ID=${S3_ID}",
                _UPLOAD,
                "--env=AWS_ACCESS_KEY_ID",
                "a value in an argument is seen by everybody who lists processes; the name alone"
                " hands on a variable that comes from a file of mode 0600",
            ),
            Row(
                "AWS_SECRET_ACCESS_KEY=${S3_SECRET}",
                _UPLOAD,
                "--env=AWS_SECRET_ACCESS_KEY",
                "as AWS_ACCESS_KEY_ID",
            ),
            Row(
                "AWS_ENDPOINT_URL=${LOCAL_S3_SERVICE}",
                _UPLOAD,
                "--env=AWS_ENDPOINT_URL=https://s3.hops.example.org",
                "the site says it, not the environment of whoever types",
            ),
            Row(
                "AWS_REQUEST_CHECKSUM_CALCULATION=when_required",
                _UPLOAD,
                "--env=AWS_REQUEST_CHECKSUM_CALCULATION=when_required",
            ),
            Row("AWS_MAX_ATTEMPTS=10", _UPLOAD, "--env=AWS_MAX_ATTEMPTS=10"),
            Row(
                "--volume ./models:/aws/models",
                _UPLOAD,
                "--mount=type=bind,source=/projects/models,target=/models",
                _OWN_MOUNT,
            ),
            Row("amazon/aws-cli", _UPLOAD, "registry.example.org/amazon/aws-cli@sha256:", _DIGEST),
            Row("s3 sync", _UPLOAD, 'aws s3 sync . "$target"'),
            Row(
                "./models/$MODEL",
                _UPLOAD,
                f"/models/{_MODEL}",
                "the folder of the download; the sync runs in it",
            ),
            Row(
                "s3://huggingface.co/$MODEL",
                _UPLOAD,
                f"s3://huggingface/huggingface.co/{_MODEL}",
                "where a model comes from is a prefix of the site's bucket (store.prefix), so that"
                " several sources and other data fit into one; a dot in a bucket's name breaks TLS",
            ),
            Row(
                "--exclude *.git*",
                _UPLOAD,
                "'*.git*'",
                "one of four patterns, each after the option in"
                " the script; what downloads leave half is excluded too",
            ),
        ),
    ),
    Figure(
        4,
        "Podman",
        (
            Row("podman run", _PODMAN, "podman run"),
            Row("--rm", _PODMAN, "--rm"),
            Row(
                "--name=vllm",
                _PODMAN,
                "--name=llama-scout",
                "two models on one node would have one name",
            ),
            Row("--network=host", _PODMAN, "--network=host"),
            Row("--ipc=host", _PODMAN, "--ipc=host"),
            Row("--entrypoint=vllm", _PODMAN, "--entrypoint=vllm"),
            Row(
                "--device nvidia.com/gpu=all",
                _PODMAN,
                "--device=nvidia.com/gpu=3",
                "as many as the model is cut for, by number: with all, a second model on the node"
                " would be given the same ones",
            ),
            *(Row(one, _PODMAN, f"--env={one}") for one in _SILENT),
            Row(
                "--volume=./models:/vllm-workspace/models",
                _PODMAN,
                "--mount=type=bind,source=/projects/models,target=/models,readonly",
                _OWN_MOUNT,
            ),
            Row("--workdir=/vllm-workspace/models", _PODMAN, "--workdir=/models", _OWN_MOUNT),
            Row(
                "${LOCAL_REGISTRY}vllm/vllm-openai:v0.9.1",
                _PODMAN,
                "registry.example.org/vllm/vllm-openai@sha256:",
                _DIGEST,
            ),
            *_served(_PODMAN),
        ),
    ),
    Figure(
        5,
        "Apptainer",
        (
            Row("apptainer exec", _APPTAINER, "apptainer exec"),
            Row("--fakeroot", _APPTAINER, "--fakeroot"),
            Row("--writable-tmpfs", _APPTAINER, "--writable-tmpfs"),
            Row("--cleanenv", _APPTAINER, "--cleanenv"),
            Row("--no-home", _APPTAINER, "--no-home"),
            Row("--nv", _APPTAINER, "--nv"),
            Row(
                "HF_HOME=/root/.cache/huggingface",
                _APPTAINER,
                "HF_HOME=/cache/huggingface",
                "the folder for what is written is a mount of its own: with --writable-tmpfs what"
                " is written into the image is memory, and little of it",
            ),
            *(Row(one, _APPTAINER, f"export APPTAINERENV_{one}") for one in _SILENT),
            Row(
                "--bind ./models:/vllm-workspace/models",
                _APPTAINER,
                "--mount=type=bind,source=/projects/models,target=/models,ro",
                _OWN_MOUNT,
            ),
            Row("--cwd /vllm-workspace/models", _APPTAINER, "--cwd=/models", _OWN_MOUNT),
            Row(
                "vllm-cuda.sif",
                _SIF,
                "registry.example.org/vllm/vllm-openai@sha256:",
                "image.sh makes the file of the image by its digest, which is in the file's name",
            ),
            *_served(_APPTAINER),
        ),
    ),
    Figure(
        6,
        "values for vLLM's chart",
        (
            Row(
                "repository: vllm/vllm-openai",
                _CHART,
                "repository: registry.example.org/vllm/vllm-openai@sha256",
                "the site's registry; with the digest as tag the reference is name@sha256:digest",
            ),
            Row("tag: v0.9.1", _CHART, f'tag: "{1:064x}"', _DIGEST),
            Row("command: vllm serve", _CHART, "- vllm\n  - serve"),
            Row(
                "/data/",
                _CHART,
                "- /data/models/RedHatAI/Llama-4-Scout-17B-16E-Instruct-quantized.w4a16",
                "weights have a folder of their own in the chart's volume, beside the cache; on two"
                " accelerators the paper served this model",
            ),
            Row("--host 0.0.0.0", _CHART, "- --host=0.0.0.0", "one word, as everywhere"),
            Row("--port 8000", _CHART, "- --port=8000", "one word, as everywhere"),
            Row(
                "--served-model-name meta-llama/ Llama-4-Scout-17B-16E-Instruct",
                _CHART,
                "- --served-model-name=RedHatAI/Llama-4-Scout-17B-16E-Instruct-quantized.w4a16",
                "one word; a name that is broken over two lines has a blank in it",
            ),
            Row(
                "--tensor-parallel-size=4",
                _CHART,
                "- --tensor-parallel-size=2",
                "Goodall's nodes have two accelerators",
            ),
            Row("--disable-log-requests", _CHART, "- --disable-log-requests"),
            Row("--max-model-len=65536", _CHART, "- --max-model-len=65536"),
            Row(
                "env: HOME value: /data",
                _CHART,
                "- name: HOME\n    value: /data/cache",
                "the chart reads image.env and no env at the top; what is written stays apart from"
                " the weights",
            ),
            Row(
                "HF_HOME value: /data",
                _CHART,
                "- name: HF_HOME\n    value: /data/cache/huggingface",
                "as HOME",
            ),
            Row(
                "HF_HUB_DISABLE_TELEMETRY value: 1",
                _CHART,
                '- name: HF_HUB_DISABLE_TELEMETRY\n    value: "1"',
                "the same, under image.env",
            ),
            Row(
                "[...]",
                _CHART,
                '- name: HF_HUB_OFFLINE\n    value: "1"',
                "every variable of figure 4 is there, as in each runtime",
            ),
        ),
    ),
    Figure(
        8,
        "benchmark",
        (
            Row("podman run", _ROCM, "podman run"),
            Row("--rm", _ROCM, "--rm"),
            Row("--name=vllm-bench", why=_LATER),
            Row("--network=host", _ROCM, "--network=host"),
            Row("--ipc=host", _ROCM, "--ipc=host"),
            Row(
                "no_proxy=${no_proxy},${TARGET_SERVER}",
                _ASK,
                '--noproxy "${no_proxy:-${NO_PROXY:-}},localhost,127.0.0.1,::1"',
                "the smoke client leaves this machine's own addresses out; what is asked through"
                " a proxy is for whoever runs it to say",
            ),
            Row("--entrypoint=/bin/bash", why="no shell between the engine and its arguments"),
            Row(
                "--volume /models:/vllm-workspace/models",
                _ROCM,
                "--mount=type=bind,source=/lustre/models,target=/models,readonly",
                _OWN_MOUNT,
            ),
            Row("--volume /datasets:/vllm-workspace/models/datasets", why=_LATER),
            Row("--workdir=/vllm-workspace/models", _ROCM, "--workdir=/models", _OWN_MOUNT),
            Row(
                "${REG}rocm/vllm:rocm6.4.1_vllm_0.9.1_20250702",
                _ROCM,
                "registry.example.org/rocm/vllm@sha256:",
                _DIGEST,
            ),
            Row("-c python3 /app/vllm/benchmarks/ benchmark_serving.py", why=_LATER),
            Row("--backend openai-chat", why=_LATER),
            Row("--endpoint /v1/chat/completions", _ASK, "/chat/completions", "behind the address"),
            Row(
                "--base-url ${BASE_URL}",
                _ASK,
                "url=${1:-http://127.0.0.1:8000/v1}",
                "the smoke client takes an address, and has one that a tunnel makes",
            ),
            Row("--dataset-name=sharegpt", why=_LATER),
            Row("--dataset-path=./datasets/ ShareGPT_V3_unfiltered_cleaned_split.json", why=_LATER),
            Row(f"--model {_MODEL}", _ASK, f'"model": "{_MODEL}"', "in the question's JSON"),
            Row("--max-concurrency ${batch_size}", why=_LATER),
        ),
    ),
    Figure(
        11,
        "a Ray cluster with Slurm",
        (
            Row("srun --nodes=1 --ntasks=1", _JOB, "(srun --nodes=1 --ntasks=1 "),
            Row(
                "-w $head_node",
                _JOB,
                '--nodelist="$head"',
                "the long name of the same option; quoted",
            ),
            Row(
                "run-cluster.sh --head $head_node_ip $CONTAINER_IMAGE $PODMAN_ARGS &",
                _JOB,
                'node.sh" head "$head_address"',
                "image and arguments stand in node.sh, each quoted: a list in one variable is cut"
                " at its blanks",
            ),
            Row(
                "num_workers=$(( $SLURM_JOB_NUM_NODES - 1 ))",
                _JOB,
                "nodes=4",
                "the specification says how many nodes there are; a job of another size is another"
                " service",
            ),
            Row(
                "srun -n $num_workers --nodes=$num_workers",
                _JOB,
                '--ntasks="$workers"',
                "the long name of the same option; quoted",
            ),
            Row("--ntasks-per-node=1", _JOB, "--ntasks-per-node=1"),
            Row(
                "--exclude $head_node",
                _JOB,
                '--exclude="$head"',
                "quoted",
            ),
            Row(
                "run-cluster.sh --worker $head_node_ip $CONTAINER_IMAGE $PODMAN_ARGS &",
                _JOB,
                'node.sh" worker "$head_address"',
                "as the head's",
            ),
            Row(
                "echo STARTING RAY HEAD on $head_node",
                _NODE,
                "podman run",
                "the node that starts is told by Slurm's label and by the log of the container",
            ),
            Row("echo STARTING $num_workers RAY WORKERS", why="as the head's"),
            Row(
                "# Wait for Ray cluster to start, then spawn vLLM",
                _CLUSTER,
                "until listens && gathered; do",
                "what the figure leaves to a comment: Ray counts its nodes, within a bound, and a"
                " node that never comes ends the job",
            ),
            Row(
                "# Start Ray Cluster # run-cluster.sh spawns vLLM with Podman",
                _CLUSTER,
                "start ray start --head",
                "in the container of each node, as its entry point; then the engine, in the head's",
            ),
        ),
    ),
)

_HEAD = """\
# The figures of the paper, option by option

Of "Experience Deploying Containerized GenAI Services at an HPC Center", figures 2-6, 8 and 11.
Written by `make docs` from `tests/blueprints/models/figures.py`; a test renders the example
(`tutela blueprint spec inference`, with a bundle of authorities for Hops) and looks each of these
up. What a figure prints is on the left, what a render has instead in the middle. Without a reason
it is the same. Profiles: Hops (Podman, Apptainer, Slurm), El Dorado (ROCm), Goodall (vLLM's chart).
"""


def page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for figure in FIGURES:
        parts.append(f"\n## Figure {figure.number}: {figure.title}\n")
        parts.append("| printed | rendered | where | why otherwise |\n|---|---|---|---|")
        for row in figure.rows:
            text = " ".join(row.text.split())
            cells = (_code(row.printed), _code(text), _code(row.file), row.why)
            parts.append(f"| {' | '.join(cells)} |")
    return "\n".join([*parts, ""])


def _code(text: str) -> str:
    return f"`{text.replace('|', chr(92) + '|')}`" if text else ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
