"""What an upgrade of ORBIT does to a configuration: `diff --upgrade`."""
