"""TODO masking."""
