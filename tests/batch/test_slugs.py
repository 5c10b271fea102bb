from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption_lib.batch.slugs import distinct_slugs, slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("harbour-mutual", "harbour-mutual"),
        ("Harbour Mutual Ltd.", "harbour-mutual-ltd"),
        ("Müller & Söhne", "muller-sohne"),
        ("con", "con-client"),
        ("LPT1", "lpt1-client"),
        ("../x", "x"),
        ("a" * 200, "a" * 40),
        ("-- _", None),
        ("🐙", None),
    ],
)
def test_a_name_is_reduced_to_what_every_file_system_takes(name: str, slug: str | None) -> None:
    if slug is None:
        assert re.fullmatch(r"client-[0-9a-f]{6}", slug_of(name))
    else:
        assert slug_of(name) == slug


@given(st.text(max_size=300))
def test_any_name_gives_a_safe_slug(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", slug_of(name))
    assert len(slug_of(name)) <= 47


def test_names_that_reduce_to_one_slug_are_told_apart_and_the_unchanged_one_keeps_it() -> None:
    slugs = distinct_slugs(["acme", "Acme!", "ACME"])
    assert slugs[0] == "acme"
    assert len(set(slugs)) == 3
    assert all(re.fullmatch(r"acme-[0-9a-f]{6}", slug) for slug in slugs[1:])


def test_long_names_with_one_beginning_are_told_apart_within_the_longest_slug() -> None:
    one, two = distinct_slugs(["b" * 200, "b" * 199])
    assert one != two
    assert len(one) <= 40
    assert len(two) <= 40


def test_equal_names_stay_equal_so_that_the_caller_asks() -> None:
    assert distinct_slugs(["acme", "acme"]) == ["acme", "acme"]
