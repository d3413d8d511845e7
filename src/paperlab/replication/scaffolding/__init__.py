"""New replications: templates, claims and recipe sentences out of the paper."""
