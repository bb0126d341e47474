"""Trains, replays, evaluates and serves the language models of OpenLedger."""

__version__ = "0.1.0"
