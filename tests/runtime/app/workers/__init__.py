"""The workers of a small application; nothing here sets anything of Celery's."""
