"""From results to answers: estimates, comparisons, explanations and the report."""
