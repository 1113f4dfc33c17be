"""Looks at a running ORBIT through its own API: reads that change nothing, and questions only where they are asked for."""
