"""An operator's own policy file, evaluated by oslo.policy itself."""

from __future__ import annotations

from pathlib import Path

from .. import files
from ..contract.documents import echo
from ..scenario.loader import Loader, check_size, readable
from .policy import Policy, PolicyCredentials, Target, own_target, values_of

try:
    from oslo_config import cfg
    from oslo_policy import policy as oslo
except ImportError as missing:
    raise RuntimeError(
        f"A policy file needs oslo.policy ({missing.name} is missing): pip install 'fakemanila[policy]'"
    ) from missing


class FilePolicy(Policy):
    """Rules of a file on top of `defaults`. The file is read once; checks such as ``http:`` work as in Manila.

    Where real Manila logs a rule it can't parse and refuses everybody, this raises ValueError with the file and the
    rule. A reference to a rule that doesn't exist is the rule ``default``, as in Manila.
    """

    def __init__(self, path: str | Path, defaults: Policy) -> None:
        overrides = _read(path)
        # Parsing with the defaults' own parser only serves to refuse what it can't read.
        try:
            super().__init__({**defaults.rules, **overrides}, defaults.scopes)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
        except RecursionError:
            raise ValueError(f"{path}: a check string is nested too deeply") from None
        conf = cfg.ConfigOpts()
        conf(args=[], project="fakemanila", default_config_files=[], default_config_dirs=[])
        self._enforcer = oslo.Enforcer(conf, rules=oslo.Rules.from_dict(self.rules, "default"), use_conf=False)
        self._enforcer.register_defaults([oslo.RuleDefault(name, check) for name, check in defaults.rules.items()])

    def allows(self, rule: str, creds: PolicyCredentials, target: Target | None = None) -> bool:
        # oslo.policy 5.1, which Python 3.10 gets, would give the same verdict, but with a Python warning.
        if not self._in_scope(rule, creds):
            return False
        return bool(self._enforcer.enforce(rule, target or own_target(creds), values_of(creds)))


def _read(path: str | Path) -> dict[str, str]:
    text = files.read_text(path)
    try:
        with readable(text, Loader) as loader:  # as oslo.policy reads it
            node = loader.get_single_node()
            if node is None:
                return {}
            check_size(node)
            content = loader.construct_document(node)
    except ValueError as error:
        raise ValueError(f"{path}{error}") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ValueError(f"{path}: a policy file maps rules to check strings, and this is {type(content).__name__}")
    for name, check in content.items():
        if not isinstance(name, str) or not isinstance(check, str):
            raise ValueError(f"{path}: policy rule {name!r}: {echo(check)} is not a check string; quote it")
    return content
