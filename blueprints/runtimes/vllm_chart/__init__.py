"""A service as a release of the Helm chart that vLLM ships."""

from blueprints.runtimes.runtime import ChartReader, Runtime
from blueprints.runtimes.vllm_chart.read import read, read_rendered
from blueprints.runtimes.vllm_chart.write import CANNOT, unfit, write

RUNTIME = Runtime(
    "vllm-chart", "cluster", write, read, CANNOT, unfit, ChartReader("chart-vllm", read_rendered)
)
