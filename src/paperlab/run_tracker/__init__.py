"""Reads what other tools recorded of runs: MLflow, TensorBoard, CSV and JSON files."""
