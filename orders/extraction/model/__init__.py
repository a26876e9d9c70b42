"""Reading by a model where there is a key for one."""
