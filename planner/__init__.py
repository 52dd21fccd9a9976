"""Land and energy quotas of an industrial park: what a parcel takes, what a project asks, what is left."""

__all__ = ["__version__"]

__version__ = "0.1.0"
