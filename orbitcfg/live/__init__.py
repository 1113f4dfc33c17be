"""Looks at the endpoints that ORBIT will call. The only place that imports httpx."""
