"""Invented organisations: sample clients whose story is known, written as the folders a real client would deliver."""
