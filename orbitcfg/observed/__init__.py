"""What was seen of servers, model files and engines: data, without codes or severities."""
