"""What ORBIT will use."""
