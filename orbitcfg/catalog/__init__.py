"""The catalogue: what ORBIT reads, as JSON Schemas with annotations."""
