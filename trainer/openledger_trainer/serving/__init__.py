"""Answers of models: many requests at once on one base, each with an adapter of its own or none."""
