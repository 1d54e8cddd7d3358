"""The documents name what exists: every RTL module, golden function, file and heading they point to."""

import pkgutil
import re
from pathlib import Path

import pytest

from golden.files import BUILD

ROOT = BUILD.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MODULES = {path.stem for path in (ROOT / "rtl").glob("*.v")}


def anchors(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
        file, _, anchor = target.partition("#")
        linked = path.parent / file if file else path
        assert linked.exists(), f"{path.name}: {target}"
        assert not anchor or anchor in anchors(linked), f"{path.name}: {target}"


def test_architecture_has_every_module() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    rows = re.findall(r"^\| \[(\w+)\]\(#\1\) \|", text, re.MULTILINE)
    paragraphs = re.findall(r"^### (\w+)$", text, re.MULTILINE)
    assert sorted(rows) == sorted(paragraphs) == sorted(MODULES)
    tree = text[text.index("## Modules") : text.index("| module |")]
    assert set(re.findall(r"[a-z][a-z_0-9]*", tree)) >= MODULES


def test_contract_names_code_that_exists() -> None:
    text = (ROOT / "docs" / "contract.md").read_text()
    table = text[text.index("| rule |") : text.index("## 1.")].splitlines()[2:]
    rules = [line.split("|")[1:-1] for line in table if line]
    assert len(rules) > 10
    for rule, golden, rtl, _ in rules:
        assert set(re.findall(r"`(\w+)`", rtl)) <= MODULES, rule
        for name in re.findall(r"`([\w.]+)`", golden):
            assert callable(pkgutil.resolve_name(f"golden.{name}")), rule
