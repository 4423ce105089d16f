"""Exports of trained models: an HTML page, ONNX, a training script, a ZIP."""
