"""Assessment, diagnosis and planning of AI adoption, as data, tables, findings and reports."""

__all__ = ["__version__"]

__version__ = "0.1.0"
