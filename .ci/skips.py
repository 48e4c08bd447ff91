"""Prints which tests were skipped, and fails for those that CI should have been able to run.

python .ci/skips.py REPORT.xml..
"""

import sys
import xml.etree.ElementTree as ET

MAY_BE_SKIPPED = (
    # Reference data that only the makers of tutela have; a clone has no such folder.
    "../shared/data",
    # Not a tool: what the machine is.
    "no /dev/full",
    "runs as root",
    "no file system can be mounted here",
    # No package carries a Terraform that is new enough: it is run where the machine has it.
    "there is no terraform on this machine",
    # Its templates are nowhere but in its repository; whoever has them names their folder.
    "no package carries the chart vllm-stack",
)


def main(reports: list[str]) -> int:
    """Return 1 if a test was skipped for another reason, or if there is no test at all."""
    needless = tests = 0
    for report in reports:
        for case in ET.parse(report).iter("testcase"):
            tests += 1
            for skipped in case.iter("skipped"):
                reason = skipped.get("message", "")
                allowed = any(part in reason for part in MAY_BE_SKIPPED)
                needless += not allowed
                word = "skipped" if allowed else "SKIPPED, and should have run"
                print(f"{word}: {case.get('classname')}::{case.get('name')}: {reason}")
    if not tests:
        print("no test was run")
    return 1 if needless or not tests else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
