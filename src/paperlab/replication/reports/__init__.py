"""What was found, for people and for CI: report, plots, page, badge, test results."""
