"""The embedded ClickHouse: chDB, owned by one small process that speaks ClickHouse's HTTP protocol on loopback.

Everything else uses clickhouse-connect over HTTP and cannot tell it from a server; a real one is a change of address. What chDB does
not have stays with the server: users, row policies, quotas, other protocols, external tables.
"""
