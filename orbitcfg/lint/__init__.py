"""Runs the rules: severities, suppression, baseline, selection, the cache of results."""
