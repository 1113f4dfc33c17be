"""Releases of ORBIT."""
