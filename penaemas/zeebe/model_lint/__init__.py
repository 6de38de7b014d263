"""The lint of diagrams: bpmnlint with its recommended rules, the engine's, and ours (`bpmnlint-plugin-pena`)."""
