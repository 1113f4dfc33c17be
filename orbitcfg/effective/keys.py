"""The API key that a provider will send."""

from orbitcfg.catalog.specs import ApiKeySpec
from orbitcfg.compile.environment import Environment
from orbitcfg.dataclass import dataclass, field
from orbitcfg.document.tree import Interpolated, KeyPath, Mapping, Scalar, Unknown, at
from orbitcfg.effective.block import Block


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, None where there is none, or where the variable that gives it is not set here.

    `variable` names the variable that gives it, or would. `stand_in` is the text that ORBIT sends without one.
    `is_missing` says that the provider needs one and has none.
    """

    value: str | None = field(default=None, repr=False)
    variable: str | None = None
    paths: tuple[KeyPath, ...] = ()
    stand_in: str | None = None
    is_missing: bool = False


def api_key_of(tree: Mapping, block: Block, environment: Environment, spec: ApiKeySpec | None = None) -> ApiKey:
    """The key that requests of a block carry; `spec` says where it comes from, where that is not as for the block's own provider."""
    spec = spec or block.row.provider.api_key
    # a mode of it may know no key
    if spec.key in block.rows and not block.counts(spec.key or ""):
        return ApiKey()
    setting = block.settings.get(spec.key or "")
    written = ApiKey(str(setting.value), _variable_of(tree, setting.path), (setting.path,)) if setting and setting.value else None
    if setting is not None and isinstance(setting.value, Unknown):
        written = ApiKey(None, _variable_of(tree, setting.path), (setting.path,))
    # for most providers a fixed variable goes before what is written (loader §11.4)
    first = [_from(environment, name) for name in spec.env[:1] if spec.env_wins]
    rest = [_from(environment, name) for name in spec.env]
    found = next((each for each in [*first, written, *rest] if each is not None), None)
    if found is not None:
        return found
    named = _variable_of(tree, setting.path) if setting else None
    return ApiKey(
        variable=named or next(iter(spec.env), None),
        paths=(setting.path,) if setting else (),
        stand_in=spec.literal,
        is_missing=spec.required,
    )


def usual_variable(provider: str) -> str:
    """The variable that holds a provider's key by custom, where ORBIT looks into none by itself."""
    return f"{provider.upper()}_API_KEY"


def _from(environment: Environment, name: str) -> ApiKey | None:
    variable = environment[name]
    return ApiKey(variable.value, name) if variable and variable.value else None


def _variable_of(tree: Mapping, path: KeyPath) -> str | None:
    """The variable that filled what stands at a path; None where it is written out."""
    node = at(tree, path)
    if not isinstance(node, Scalar):
        return None
    substitutions = [substitution for step in node.steps if isinstance(step, Interpolated) for substitution in step.substitutions]
    return next((substitution.name for substitution in substitutions if substitution.source != "default"), None)
