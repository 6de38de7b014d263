"""How every HTTP connector calls: time-outs, repeats, circuit breaker, idempotency keys, translated faults."""
