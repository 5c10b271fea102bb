"""Small clients and small notebooks, so that a whole batch takes a second or two."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from small_clients import write_client


@pytest.fixture
def clients(tmp_path: Path) -> Callable[..., Path]:
    """Write clients below one folder by name."""

    def write(name: str, limits: int = 2, identifier: str = "") -> Path:
        return write_client(tmp_path / "clients" / name, limits, identifier)

    return write
