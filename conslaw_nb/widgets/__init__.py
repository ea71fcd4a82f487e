"""The interactive figures of the lessons, built from core ipywidgets only.

Every figure is a widget whose controls have labels and answer to the keyboard, and whose results are plain
attributes, so that the next cell can look at them: ``explorer.u = 1.5; explorer.path.end``. Each carries a
still picture as well, which a notebook shows before its cells have run.

A figure's module is read when the figure is first asked for: in a browser each costs time.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .balance import BalanceExplorer, balance_explorer
    from .curve import CurveExplorer, curve_explorer
    from .depth import DepthExplorer, chain_portrait, depth_explorer
    from .drift import DriftExplorer, drift_explorer
    from .finder import LawFinder, law_finder
    from .hyperbola import HyperbolaExplorer, hyperbola_explorer
    from .hyperboloid import HyperboloidExplorer, hyperboloid_explorer
    from .kinks import KinkExplorer, kink_explorer
    from .law import LawChecker, law_checker
    from .levels import level_portrait
    from .logs import log_portrait
    from .loop import BracketLoop, bracket_loop, gap_portrait
    from .loss import LossExplorer, loss_explorer, loss_portrait
    from .matrix_drift import MatrixDrift, matrix_drift
    from .metric import MetricExplorer, bias_portrait, metric_explorer
    from .net_training import NetTraining, net_training
    from .portrait import flow_portrait
    from .rank_cases import RankExplorer, rank_explorer, width_portrait
    from .ranks import rank_portrait
    from .schedule import schedule_portrait
    from .stairs import LieStaircase, lie_staircase
    from .symmetry import SymmetryExplorer, symmetry_explorer
    from .trace import trace_portrait

__all__ = [
    "BalanceExplorer",
    "BracketLoop",
    "CurveExplorer",
    "DepthExplorer",
    "DriftExplorer",
    "HyperbolaExplorer",
    "HyperboloidExplorer",
    "KinkExplorer",
    "LawChecker",
    "LawFinder",
    "LieStaircase",
    "LossExplorer",
    "MatrixDrift",
    "MetricExplorer",
    "NetTraining",
    "RankExplorer",
    "SymmetryExplorer",
    "balance_explorer",
    "bias_portrait",
    "bracket_loop",
    "chain_portrait",
    "curve_explorer",
    "depth_explorer",
    "drift_explorer",
    "flow_portrait",
    "gap_portrait",
    "hyperbola_explorer",
    "hyperboloid_explorer",
    "kink_explorer",
    "law_checker",
    "law_finder",
    "level_portrait",
    "lie_staircase",
    "log_portrait",
    "loss_explorer",
    "loss_portrait",
    "matrix_drift",
    "metric_explorer",
    "net_training",
    "rank_explorer",
    "rank_portrait",
    "schedule_portrait",
    "symmetry_explorer",
    "trace_portrait",
    "width_portrait",
]

_HOME = {
    name: module
    for module, names in {
        "balance": "BalanceExplorer balance_explorer",
        "curve": "CurveExplorer curve_explorer",
        "depth": "DepthExplorer chain_portrait depth_explorer",
        "drift": "DriftExplorer drift_explorer",
        "finder": "LawFinder law_finder",
        "hyperbola": "HyperbolaExplorer hyperbola_explorer",
        "hyperboloid": "HyperboloidExplorer hyperboloid_explorer",
        "kinks": "KinkExplorer kink_explorer",
        "law": "LawChecker law_checker",
        "levels": "level_portrait",
        "logs": "log_portrait",
        "loop": "BracketLoop bracket_loop gap_portrait",
        "loss": "LossExplorer loss_explorer loss_portrait",
        "matrix_drift": "MatrixDrift matrix_drift",
        "metric": "MetricExplorer bias_portrait metric_explorer",
        "net_training": "NetTraining net_training",
        "portrait": "flow_portrait",
        "rank_cases": "RankExplorer rank_explorer width_portrait",
        "ranks": "rank_portrait",
        "schedule": "schedule_portrait",
        "stairs": "LieStaircase lie_staircase",
        "symmetry": "SymmetryExplorer symmetry_explorer",
        "trace": "trace_portrait",
    }.items()
    for name in names.split()
}


if not TYPE_CHECKING:  # a type checker knows the names above, and refuses all others

    def __getattr__(name: str) -> Any:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no name {name!r}; it offers {', '.join(__all__)}")
        value = globals()[name] = getattr(import_module(f".{_HOME[name]}", __name__), name)
        return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
