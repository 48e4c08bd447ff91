"""Where files lie on nodes: said once, for RKE2's settings and for what Ansible installs."""

SETTINGS = "/etc/tce"
"""What API servers read; mounted into them, hence nothing secret in it."""
ENCRYPTION = f"{SETTINGS}/enc.yaml"
AUDIT = f"{SETTINGS}/audit.yaml"
ADMISSION = f"{SETTINGS}/psa.yaml"
CA = f"{SETTINGS}/ca.pem"
"""The institution's authority, for OpenBao and the registry."""
KMS = "/var/run/kms"
"""The folder of the plugin's socket; empty after each boot."""
SOCKET = f"{KMS}/kms.sock"
KMS_CREDENTIAL = "/etc/kms/credential.env"
TOKEN = "/etc/rancher/rke2/token"  # noqa: S105 - a path
"""Joins a server; on servers only."""
AGENT_TOKEN = "/etc/rancher/rke2/agent-token"  # noqa: S105 - a path
"""Joins an agent, and nothing else."""
MANIFESTS = "/var/lib/rancher/rke2/server/manifests"
"""What the first server gives to the API at its first start."""
