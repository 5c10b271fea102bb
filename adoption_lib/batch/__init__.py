"""Every client's report: papermill, pages, publishing whole or not at all, manifest, nbval."""
