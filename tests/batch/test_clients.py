from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adoption_lib.batch.clients import find_clients
from adoption_lib.errors import BatchError

Write = Callable[..., Path]


def test_a_folder_of_engagements_gives_them_all_and_names_what_it_passed_over(clients: Write) -> None:
    root = clients("one").parent
    clients("two")
    (root / "notes").mkdir()
    (root / ".hidden").mkdir()
    (root / "reports").mkdir()
    found = find_clients([root], out=root / "reports")
    assert [client.slug for client in found.clients] == ["one", "two"]
    assert found.passed_over == (root / "notes",)


def test_a_workbook_alone_makes_an_engagement(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "engagement.xlsx").write_bytes(b"")
    assert [client.slug for client in find_clients([tmp_path / "acme"]).clients] == ["acme"]


def test_the_id_in_the_settings_names_the_report(clients: Write) -> None:
    client = find_clients([clients("Folder Of Something", identifier="chosen")]).clients[0]
    assert (client.slug, client.named, client.name) == ("chosen", True, "Folder Of Something")


@pytest.mark.parametrize("name", ["con", "🐙 octopus 🐙", "with spaces  in it", "x" * 200, "a{b}", "quote'\"s"])
def test_odd_folder_names_are_clients_too(clients: Write, name: str) -> None:
    client = find_clients([clients(name)]).clients[0]
    assert client.name == name
    assert client.slug.replace("-", "").isalnum()


def test_every_fault_of_the_request_is_told_at_once(clients: Write, tmp_path: Path) -> None:
    one = clients("one")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BatchError) as raised:
        find_clients([tmp_path / "missing", one / "engagement.yaml", tmp_path / "empty", one, one.parent])
    told = str(raised.value)
    assert "missing: there is no such folder" in told
    assert f"name its folder, {one}" in told
    assert "neither this folder nor a folder directly in it has an engagement.yaml" in told
    assert f"{one}: this client was named twice" in told


def test_a_link_to_a_client_is_the_same_client(clients: Write, tmp_path: Path) -> None:
    one = clients("one")
    (tmp_path / "other").symlink_to(one)
    with pytest.raises(BatchError, match="named twice"):
        find_clients([one, tmp_path / "other"])


def test_two_clients_with_one_id_are_both_named(clients: Write) -> None:
    one, two = clients("one", identifier="acme"), clients("two", identifier="acme")
    with pytest.raises(BatchError) as raised:
        find_clients([one, two])
    assert str(one) in str(raised.value)
    assert str(two) in str(raised.value)
    assert len(find_clients([one, two], share_names=True).clients) == 2


def test_no_folder_at_all_is_an_error() -> None:
    with pytest.raises(BatchError, match="no folder"):
        find_clients([])
