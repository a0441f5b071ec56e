"""The door: offices hand in events by HTTP and get a receipt for each, once Kafka has it on all replicas.

```
POST /events ─▶ credentials (who?) ─▶ bodies (which events?) ─▶ gate (valid? theirs?) ─▶ broker (acks=all) ─▶ receipts
```
"""
