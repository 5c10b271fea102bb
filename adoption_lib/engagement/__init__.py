"""One client's folder: opened, validated and protected; workbook, CSV and Parquet in, workbook and CSV out."""

from adoption_lib.engagement.client import ENGAGEMENTS_VARIABLE, Engagement
from adoption_lib.engagement.instrument import Question
from adoption_lib.engagement.settings import Settings

__all__ = ["ENGAGEMENTS_VARIABLE", "Engagement", "Question", "Settings"]
