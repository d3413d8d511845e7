"""Reads what other tools recorded of runs: MLflow, TensorBoard, CSV and JSON files."""

from paperlab.run_tracker.found import FoundMetric, FoundRun
from paperlab.run_tracker.reading import is_database, read_metrics, read_runs

__all__ = ["FoundMetric", "FoundRun", "is_database", "read_metrics", "read_runs"]
