"""Licences of the service catalogue (PENA EMAS): every automatic step of their cases."""
