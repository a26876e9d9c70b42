"""Where rows come from: files, iSaVigne's exports, Odoo."""
