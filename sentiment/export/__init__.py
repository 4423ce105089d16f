"""Trained models for use without this program: a page, an ONNX file, a script."""
