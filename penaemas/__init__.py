"""PENA: permit processes on a real BPMN engine, with deadlines that are kept and a history that can be proved."""
