"""Misbehaviour on request: rules that say what they match, when they fire and what they do."""

from __future__ import annotations

from .plan import Plan
from .registry import Faults
from .rule import Rule
from .subject import Subject, subject_of_api, subject_of_keystone

__all__ = ["Faults", "Plan", "Rule", "Subject", "subject_of_api", "subject_of_keystone"]
