"""What may be shown: secrets in values, in lines of text, in addresses."""
