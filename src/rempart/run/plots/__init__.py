"""Recorded plots: read from files of several kinds, cleaned, and counted where they are refused."""
