"""The method as data: elements, instrument, tables, thresholds, rules and their wording.

Importing this package loads and validates the English method; nothing else in the product defines any of it.
"""

from adoption_lib.method.load import Method, available_languages, load_method, method_hash

__all__ = ["METHOD", "Method", "available_languages", "load_method", "method_hash"]

METHOD: Method = load_method("en")
