"""One service on one node and one on four, with words that mean something to a shell."""

from dataclasses import replace

from blueprints.service.service import Image, Mount, Probe, Service

ALONE = Service(
    name="scout",
    image=Image("registry.example.org/vllm/vllm-openai", f"sha256:{'ab' * 32}", "amd64"),
    command=(
        "vllm",
        "serve",
        "/models/org/Name",
        "--host=0.0.0.0",
        "--port=8000",
        "--tensor-parallel-size=2",
        '--x={"a": "$(touch /tmp/owned)"}',
        "a b\nc\\d'e\"f`id`",
        "--plain=1",
    ),
    port=8000,
    accelerator="cuda",
    devices=2,
    mounts=(Mount("/models", "/m", "models", read_only=True), Mount("/cache", "/c", "scout-cache")),
    probe=Probe("/health", 1800),
    environment={"HOME": "/cache", "X": "$(HOME)"},
    secrets={"HF_TOKEN": "hub/token", "VLLM_API_KEY": "models/scout"},
    shared_memory=32 << 30,
    processors=8,
    memory=64 << 30,
)
SEVERAL = replace(
    ALONE,
    command=(*ALONE.command, "--pipeline-parallel-size=4", "--distributed-executor-backend=ray"),
    nodes=4,
    gather="ray",
)
