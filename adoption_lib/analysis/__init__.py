"""Tables in, frozen results out: one module per question, pure functions, every estimate with n and interval."""
