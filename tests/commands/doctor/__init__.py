"""What a checkup is written as: the page and the support bundle."""
