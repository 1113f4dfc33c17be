"""ORB501 to ORB503: values that name something defined elsewhere."""

TOPICS = ("names",)
