"""The commands by name, each with the first line of its help: imported by all lines, where a command itself is imported when it is called."""

from importlib import import_module
from types import FunctionType

COMMANDS = {
    "validate": "Say what is wrong with a configuration, at the line that causes it.",
    "resolve": "Print the configuration that ORBIT makes of the files: imports merged, variables filled in, presets applied.",
    "why": "Say why a value is what it is: where it was written, what it overrode, which variable, default or preset made it.",
    "providers": "Say which provider, model and address ORBIT will really use for each adapter, and why.",
    "diff": "Say what ORBIT will do differently: adapters by provider, then every other key, each with the line that decides it.",
    "env": "List every variable: where it is used, its default, who needs it, and whether and by what it is set here. Values are never shown.",
    "doctor": "Say whether ORBIT would start and its adapters answer: whether the servers that they call are there, and serve the models that will be asked of them.",
    "models": "List the GGUF models of this machine, by the exact names that local servers give them.",
    "templates": "List the templates of intent adapters, with what is wrong with them.",
    "smoke": "Try a model without a server: a few tokens in an embedded engine, with the model and the parameters that ORBIT would use.",
    "use": "Use a provider, as the default or for one adapter: switch it on or add it, import what is missing, and leave all else as it is.",
    "init": "Write a small complete configuration that starts, with what is found on this machine as its default.",
    "rule": "Print a rule's page, or the table of all rules.",
    "schema": "Print the schemas of what ORBIT reads, for editors and for reading.",
    "lsp": "Serve an editor: the Language Server Protocol on the standard streams.",
}
"""In the order of the help, with the first line of each: a module of this package with a function `command`, whose docstring begins with that line."""


def command(name: str) -> FunctionType:
    """The function of a command."""
    found: FunctionType = import_module(f"orbitcfg.cli.{name}").command
    return found
