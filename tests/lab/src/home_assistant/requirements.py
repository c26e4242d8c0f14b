"""Prints what the named integrations of the installed Home Assistant require, one a line."""

import json
import pathlib
import sys

import homeassistant.components

root = pathlib.Path(homeassistant.components.__path__[0])
seen, requirements, todo = set(), set(), sys.argv[1:]
while todo:
    name = todo.pop()
    manifest = root / name / "manifest.json"
    if name in seen or not manifest.exists():
        continue
    seen.add(name)
    manifest = json.loads(manifest.read_text())
    requirements.update(manifest.get("requirements", []))
    todo += manifest.get("dependencies", [])

print("\n".join(sorted(requirements)))
