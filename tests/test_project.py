"""The project's own files agree with one another and with the architecture."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[1]
CONDA_NAMES = {"matplotlib": "matplotlib-base", "nbconvert": "nbconvert-core"}
LAYERS = ("errors", "method", "engagement", "analysis", "views", "batch", "cli")
ALLOWED = {
    "errors": set(),
    "method": {"errors"},
    "engagement": {"errors", "method"},
    "analysis": {"errors", "method", "engagement"},
    "simulation": {"errors", "method", "engagement"},
    "views": {"errors", "method", "engagement", "analysis"},
    "batch": {"errors", "method", "engagement", "analysis", "views"},
    "cli": {"errors", "method", "engagement", "analysis", "views", "batch", "simulation"},
    "__main__": {"cli"},
    "__init__": set(),
}


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements(*extras: str) -> dict[str, Requirement]:
    data = project()
    texts = [*data["dependencies"], *(text for extra in extras for text in data["optional-dependencies"][extra])]
    return {normal(requirement.name): requirement for requirement in map(Requirement, texts)}


def constraints() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {normal(name): version for name, version in pairs}


def conda() -> dict[str, SpecifierSet]:
    entries = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    plain = [entry.split(" ", 1) for entry in entries if isinstance(entry, str)]
    return {name: SpecifierSet(rest[0] if rest else "") for name, *rest in plain}


def test_every_requirement_has_a_tested_version_that_it_admits():
    extras = project()["optional-dependencies"]
    tested = constraints()
    for name, requirement in requirements(*extras).items():
        assert name in tested, f"{name} has no line in constraints.txt"
        assert requirement.specifier.contains(tested[name]), (
            f"{name}: {tested[name]} is outside {requirement.specifier}"
        )


def test_constraints_hold_no_address():
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|@|--index|--find-links", text)


def test_conda_environment_equals_core_and_workshop_requirements():
    wanted = requirements("workshop")
    found = conda()
    python = found.pop("python")
    found.pop("pip")
    assert {CONDA_NAMES.get(name, name) for name in wanted} == set(found)
    for name, requirement in wanted.items():
        assert found[CONDA_NAMES.get(name, name)] == requirement.specifier, name
    assert str(next(iter(SpecifierSet(project()["requires-python"])))) in {str(part) for part in python}


def module_layer(path: Path) -> str:
    inside = path.relative_to(ROOT / "adoption_lib")
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


def imported_layers(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            names = [node.module]
            if node.module == "adoption_lib":
                names = [f"adoption_lib.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "adoption_lib" and len(parts) > 1 and parts[1] != "__version__":
                found.add(parts[1])
    return found


@pytest.mark.parametrize(
    "path", sorted((ROOT / "adoption_lib").rglob("*.py")), ids=lambda p: p.relative_to(ROOT).as_posix()
)
def test_imports_point_down_only(path: Path):
    layer = module_layer(path)
    upward = imported_layers(path) - ALLOWED[layer] - {layer}
    assert not upward, f"{path.name} in {layer} imports {sorted(upward)}"


def test_sentences_named_in_code_exist():
    from adoption_lib.method import METHOD

    code = "\n".join(
        path.read_text(encoding="utf-8")
        for pattern in ("*.py", "*.j2")
        for path in (ROOT / "adoption_lib").rglob(pattern)
    )
    used = set(re.findall(r"(?:METHOD|method)\.say\(\s*f?[\"']([a-z_][\w.{}\[\]\" ]*?)[\"']", code))
    plain = {key for key in used if "{" not in key and not key.endswith(".")}
    missing = {key for key in plain if key not in METHOD.sentences}
    assert not missing, sorted(missing)


def test_import_and_help_stay_light():
    code = "import sys, adoption_lib.cli; print(any(m in sys.modules for m in ('pandas', 'matplotlib', 'papermill')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False", "the command line must not load the analysis stack before it is needed"


def test_no_file_names_a_machine_or_a_registry():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert listed
    forbidden = re.compile(rb"/home/[a-z]+/|/Users/[a-z]+/|/root/|files\.pythonhosted|registry\.npmjs")
    for name in listed:
        path = ROOT / name
        if path.is_file() and path.suffix in {
            ".py",
            ".md",
            ".yaml",
            ".yml",
            ".toml",
            ".txt",
            ".ipynb",
            ".html",
            ".csv",
        }:
            content = path.read_bytes()
            if path == Path(__file__):
                continue
            assert not forbidden.search(content), name
