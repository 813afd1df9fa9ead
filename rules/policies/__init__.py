"""Policies as data: every clause of a district's acceptable-use policy, and what answers to it."""

from rules.policies.clause import Clause, Coverage, Policy, Wording, clauses_for, find_clause
from rules.policies.reading import load_policies, shipped

__all__ = [
    "Clause",
    "Coverage",
    "Policy",
    "Wording",
    "clauses_for",
    "find_clause",
    "load_policies",
    "shipped",
]
