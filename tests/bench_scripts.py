"""Loads a script of `bench/` as a module."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

BENCH = Path(__file__).parents[1] / "bench"


def script(name: str) -> ModuleType:
    """The script `bench/NAME.py`."""
    specification = importlib.util.spec_from_file_location(f"bench_{name}", BENCH / f"{name}.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    # Dataclasses look their module up.
    sys.modules[module.__name__] = module
    specification.loader.exec_module(module)
    return module
