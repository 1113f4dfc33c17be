"""What ORBIT makes of the files of intent adapters: domains and template libraries."""
