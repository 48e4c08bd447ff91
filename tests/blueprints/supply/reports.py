"""Reports as Trivy and Grype write them, cut to what is read."""

import hashlib
import json
from pathlib import Path
from typing import Any

DIGEST = "sha256:" + hashlib.sha256(b"vllm-openai 0.11.0 amd64").hexdigest()


def trivy() -> dict[str, Any]:
    """Four findings: one that is mended, one that is not, a low one, one that nobody rated."""
    return {
        "SchemaVersion": 2,
        "CreatedAt": "2026-11-22T10:00:00.123456789Z",
        "ArtifactName": f"registry.example.org/vllm@{DIGEST}",
        "ArtifactType": "container_image",
        "Metadata": {"RepoDigests": [f"registry.example.org/vllm@{DIGEST}"]},
        "Results": [
            {
                "Target": "python",
                "Class": "lang-pkgs",
                "Vulnerabilities": [
                    _of("CVE-2026-0002", "HIGH"),
                    {**_of("CVE-2026-0001", "CRITICAL"), "FixedVersion": "3.0.2"},
                    _of("CVE-2026-0003", "LOW"),
                    _of("CVE-2026-0004", "UNKNOWN"),
                ],
            },
            {"Target": "os", "Class": "os-pkgs"},
        ],
    }


def _of(name: str, severity: str) -> dict[str, str]:
    package = {"PkgName": "openssl", "InstalledVersion": "3.0.1"}
    return {"VulnerabilityID": name, **package, "Severity": severity}


def grype() -> dict[str, Any]:
    """One finding under two names."""
    return {
        "matches": [
            {
                "vulnerability": {
                    "id": "GHSA-aaaa",
                    "severity": "Critical",
                    "fix": {"versions": ["1.2", "2.0"], "state": "fixed"},
                },
                "relatedVulnerabilities": [{"id": "CVE-2026-0001"}],
                "artifact": {"name": "ray", "version": "1.1"},
            }
        ],
        "source": {
            "type": "image",
            "target": {"userInput": "registry.example.org/vllm:v1", "manifestDigest": DIGEST},
        },
        "descriptor": {"name": "grype", "timestamp": "2026-11-22T10:00:00.5+01:00"},
    }


def written(folder: Path, data: object) -> Path:
    """A file of it."""
    file = folder / "report.json"
    file.write_text(json.dumps(data))
    return file
